import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import { type AnyResource, allResources } from '../config/resource.ts'
import { typeName } from '../config/resource-type.ts'
import { camelCase } from '../config/yaml/field-name.ts'
import { type FieldPath, formatPath } from '../config/yaml/field-path.ts'
import { type Effects, fieldEffects, isVerdict, meshEffects, verdictOn } from '../effects/field-effects.ts'
import { type Target, targetNames, targets } from '../effects/target.ts'
import { rememberedAs } from '../memory/remembered.ts'
import type { ResourceContext } from './context.ts'

/**
 * Names every field that an operator wrote and that changes nothing, so that none is lost silently: not yet (SB6001), or
 * not on this target (SB6004), which is no mistake.
 */
export function findNoEffect({ config, target }: ResourceContext): Diagnostic[] {
  const { mesh } = config
  return [
    ...allResources(config).flatMap(withoutEffectOn[target]),
    ...(mesh ? withoutEffect(mesh.written, meshEffects, [], target).map(found => finding(mesh, found, target)) : []),
  ]
}

const withoutEffectOn = Object.fromEntries(
  targets.map(target => [
    target,
    rememberedAs(`no effect on ${target}`, (resource: AnyResource) =>
      withoutEffect(specOf(resource.written), fieldEffects[typeName(resource)], ['spec'], target).map(found =>
        finding(resource, found, target),
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
  const found: Ineffective[] = []
  const steps: (string | number)[] = [...path]
  const visit = (field: string | number, value: unknown, effects: Effects) => {
    if (value === null) return
    const name = camelCase(String(field))
    const effect = effects['*'] ?? (Object.hasOwn(effects, name) ? effects[name] : undefined)
    steps.push(field)
    if (effect && !isVerdict(effect)) walk(value, effect)
    else {
      const verdict = verdictOn(target, effect)
      if (verdict === undefined) found.push({ path: [...steps] })
      else if (verdict.verdict === 'impossible') found.push({ path: [...steps], why: verdict.why })
      else if (verdict.verdict === 'adapted' && verdict.ignores?.includes(String(value)))
        found.push({ path: [...steps] })
    }
    steps.pop()
  }
  const walk = (value: unknown, effects: Effects) => {
    if (Array.isArray(value)) for (let index = 0; index < value.length; index++) visit(index, value[index], effects)
    else if (isMapping(value)) for (const field of Object.keys(value)) visit(field, value[field], effects)
  }
  walk(written, known)
  return found
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function finding(
  resource: Pick<AnyResource, 'title' | 'keySpanOf'>,
  { path, why }: Ineffective,
  target: Target,
): Diagnostic {
  const facts = { span: resource.keySpanOf(path), path: formatPath(path), resource: resource.title }
  const name = `"${path.at(-1)}"`
  return why === undefined
    ? diagnose('SB6001', {
        message: `${name} has no effect yet`,
        label: 'read and checked, but not applied',
        why: 'requests are served as if it were absent',
        help: 'do not rely on it; remove the field if its effect is required',
        ...facts,
      })
    : diagnose('SB6004', {
        message: `${name} has no effect on ${targetNames[target]}`,
        label: 'cannot be applied',
        why,
        ...facts,
      })
}
