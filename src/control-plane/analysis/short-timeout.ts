import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import type { VirtualServiceResource } from '../config/resource.ts'
import { type FieldPath, formatPath } from '../config/yaml/field-path.ts'
import { rememberedAs } from '../memory/remembered.ts'
import { writtenPlace } from '../resolve/delegates.ts'
import type { HttpRule } from '../resolve/http-rule.ts'
import type { ResourceContext } from './context.ts'
import { soundRules } from './sound-rules.ts'

/** Timeouts that end before the tries they hold: one of them, or all that `attempts` allows (SB6009). */
export function findShortTimeouts({ roots }: ResourceContext): Diagnostic[] {
  return roots.flatMap(shortTimeoutsIn)
}

const shortTimeoutsIn = rememberedAs('short timeouts', (root: VirtualServiceResource) =>
  soundRules(root).flatMap(([index, rule]) => {
    const short = shortIn(rule)
    if (!short) return []
    const { resource, ruleIndex } = writtenPlace(root, index)
    const at = (...field: FieldPath) => ['spec', 'http', ruleIndex, ...field]
    const path = at(...short.field)
    return [
      diagnose('SB6009', {
        ...short.words,
        span: resource.spanOf(path),
        path: formatPath(path),
        resource: resource.title,
        related: [{ message: 'the timeout of them all', span: resource.spanOf(at('timeout')) }],
      }),
    ]
  }),
)

interface Short {
  readonly field: FieldPath
  readonly words: Pick<Diagnostic, 'message' | 'label' | 'why' | 'help'>
}

function shortIn({ timeout, retries }: HttpRule): Short | undefined {
  const { attempts = 0, perTryTimeout } = retries ?? {}
  if (!timeout || !perTryTimeout) return undefined
  if (perTryTimeout > timeout) {
    return {
      field: ['retries', 'perTryTimeout'],
      words: {
        message: `one try may take ${duration(perTryTimeout)}, and all of them together ${duration(timeout)}`,
        label: 'never comes',
        why: 'the timeout of the rule ends the first try, so nothing is ever retried after it',
        help: `write a shorter perTryTimeout, or a timeout of at least ${duration(perTryTimeout * Math.max(1, attempts))}`,
      },
    }
  }
  if (attempts * perTryTimeout <= timeout) return undefined
  return {
    field: ['retries', 'attempts'],
    words: {
      message: `${attempts} attempts of ${duration(perTryTimeout)} do not fit into a timeout of ${duration(timeout)}`,
      label: 'not all of them are made',
      why: 'the timeout of the rule holds for all tries together, with the waits between them',
      help: `write a timeout above ${duration(attempts * perTryTimeout)}, a shorter perTryTimeout, or fewer attempts`,
    },
  }
}

function duration(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`
}
