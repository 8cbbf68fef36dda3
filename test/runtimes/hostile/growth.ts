import type { ExchangesReport } from './exchanges.ts'

/** Descriptors that a runtime may open for itself meanwhile: a pipe, an epoll instance, a file of its own. */
export const descriptorBound = 8
/** Exchanges from which on memory tells something: before, every heap grows. */
const tellingCount = 20_000
/**
 * Memory that a runtime may take more of in the second half of a long run: heaps grow to what their collectors find
 * convenient. A leak of 2 KB an exchange would be 100 MB in 50,000 of them.
 */
export const residentBoundBytes = 64 * 1024 * 1024

/** What stayed behind that should not have, in words. */
export function growthFaults(
  { before, after }: Pick<ExchangesReport, 'before' | 'after'>,
  count: number,
): readonly string[] {
  const descriptors = after.descriptors - before.descriptors
  const resident = after.residentBytes - before.residentBytes
  return [
    ...(descriptors > descriptorBound ? [`${descriptors} descriptors more than before`] : []),
    ...(count >= tellingCount && resident > residentBoundBytes
      ? [`${Math.round(resident / 1024 / 1024)} MB more than before`]
      : []),
  ]
}
