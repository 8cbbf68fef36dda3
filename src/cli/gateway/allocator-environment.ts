type Environment = Readonly<Record<string, string | undefined>>

const setting = 'glibc.pthread.rseq'

/**
 * An environment for a process that allocates by TCMalloc, as workerd does. TCMalloc can keep freed memory for each core
 * and take it back without a lock, by the kernel's restartable sequences; but glibc registers these for itself, and
 * TCMalloc falls back to a slower form, unless glibc is configured otherwise. Other C libraries do not read the variable.
 *
 * @param environment what the process would be started with; a setting of the operator's own stays as it is
 */
export function allocatorEnvironment(environment: Environment): Environment {
  const { GLIBC_TUNABLES: tunables } = environment
  if (tunables?.includes(setting)) return environment
  const own = `${setting}=0`
  return { ...environment, GLIBC_TUNABLES: tunables ? `${tunables}:${own}` : own }
}
