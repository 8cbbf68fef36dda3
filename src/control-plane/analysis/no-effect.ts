import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import { camelCase } from '../config/field-name.ts'
import { rememberedAs } from '../config/remembered.ts'
import { type AnyResource, allResources, type FieldPath, formatPath } from '../config/resource.ts'
import type { AnalysisContext } from './context.ts'
import { type Effects, fieldEffects, isVerdict, meshEffects, verdictOn } from './field-effects.ts'
import { type Target, targetNames, targets } from './target.ts'

/**
 * Names every field that an operator wrote and that changes nothing, so that none is lost silently: not yet (SB6001), or
 * not on this target (SB6004), which is no mistake.
 */
export function findNoEffect({ config, target }: AnalysisContext): Diagnostic[] {
  const { mesh } = config
  return [
    ...allResources(config).flatMap(withoutEffectOn[target]),
    ...(mesh ? withoutEffect(mesh.written, meshEffects, [], target).map(found => tell(mesh, found, target)) : []),
  ]
}

const withoutEffectOn = Object.fromEntries(
  targets.map(target => [
    target,
    rememberedAs(`no effect on ${target}`, (resource: AnyResource) =>
      withoutEffect(specOf(resource.written), fieldEffects[resource.kind], ['spec'], target).map(found =>
        tell(resource, found, target),
      ),
    ),
  ]),
) as Record<Target, (resource: AnyResource) => Diagnostic[]>

function specOf(written: unknown): unknown {
  return isMapping(written) ? written.spec : undefined
}

/** A field that changes nothing, and why it never will, if that is so. */
interface Ineffective {
  readonly path: FieldPath
  readonly why?: string
}

/** The topmost written fields that have no effect. */
function withoutEffect(written: unknown, known: Effects, path: FieldPath, target: Target): Ineffective[] {
  const fields: [string | number, unknown][] = Array.isArray(written)
    ? [...written.entries()]
    : isMapping(written)
      ? Object.entries(written)
      : []
  return fields.flatMap(([field, value]) => {
    const name = camelCase(String(field))
    const effect = known['*'] ?? (Object.hasOwn(known, name) ? known[name] : undefined)
    const place = [...path, field]
    if (value === null) return []
    if (effect && !isVerdict(effect)) return withoutEffect(value, effect, place, target)
    const verdict = verdictOn(target, effect)
    if (verdict === undefined) return [{ path: place }]
    return verdict.verdict === 'impossible' ? [{ path: place, why: verdict.why }] : []
  })
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function tell(
  resource: Pick<AnyResource, 'title' | 'keySpanOf'>,
  { path, why }: Ineffective,
  target: Target,
): Diagnostic {
  const facts = { span: resource.keySpanOf(path), path: formatPath(path), resource: resource.title }
  const name = `"${path.at(-1)}"`
  return why === undefined
    ? diagnose('SB6001', {
        message: `${name} has no effect yet`,
        label: 'read, but not acted on',
        why: 'requests are served as if it were not there',
        help: 'do not rely on it; remove it if what it says must hold',
        ...facts,
      })
    : diagnose('SB6004', {
        message: `${name} has no effect on ${targetNames[target]}`,
        label: 'cannot be acted on',
        why,
        ...facts,
      })
}
