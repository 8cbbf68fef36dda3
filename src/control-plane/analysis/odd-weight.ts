import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import type { VirtualServiceResource } from '../config/resource.ts'
import { formatPath } from '../config/yaml/field-path.ts'
import { rememberedAs } from '../memory/remembered.ts'
import { fullHostName } from '../resolve/host-name.ts'
import type { ResourceContext } from './context.ts'
import { soundRules } from './sound-rules.ts'

/**
 * Destinations that get other than their weight seems to say: a weight of 0 (SB6008), and one destination twice in a
 * list, as a copy that was not finished (SB6011). A list whose weights sum to 0 breaks the schema.
 */
export function findOddWeights({ config }: ResourceContext): Diagnostic[] {
  return config.virtualServices.flatMap(oddWeightsIn)
}

const oddWeightsIn = rememberedAs('odd weights', (virtualService: VirtualServiceResource) =>
  soundRules(virtualService).flatMap(([ruleIndex, { route }]) => {
    // Most lists have one destination, of which nothing of this can be said.
    if (route.length === 1 && route[0]!.weight !== 0) return []
    const { namespace, title, spanOf } = virtualService
    const first = new Map<string, number>()
    return route.flatMap(({ destination, weight, headers }, index): Diagnostic[] => {
      const at = (field: string) => {
        const path = ['spec', 'http', ruleIndex, 'route', index, field]
        return { span: spanOf(path), path: formatPath(path), resource: title }
      }
      const { host, subset = '', port } = destination
      const key = JSON.stringify([fullHostName(host, namespace), subset, port?.number, headers])
      const other = first.get(key)
      if (other === undefined) first.set(key, index)
      else return [namedTwice(host, subset, at('destination'), spanOf(['spec', 'http', ruleIndex, 'route', other]))]
      return weight === 0 || (weight === undefined && route.length > 1) ? [zero(weight, route.length, at)] : []
    })
  }),
)

type Place = Pick<Diagnostic, 'span' | 'path' | 'resource'>

function namedTwice(host: string, subset: string, place: Place, first: NonNullable<Diagnostic['span']>): Diagnostic {
  const name = subset === '' ? `"${host}"` : `"${host}", subset "${subset}",`
  return diagnose('SB6011', {
    message: `the destination ${name} is listed twice`,
    label: 'the same destination',
    why: 'its weights add up, which is probably not the intention',
    help: 'name the intended destination or subset, or merge the two',
    related: [{ message: 'first named here', span: first }],
    ...place,
  })
}

function zero(weight: number | undefined, count: number, at: (field: string) => Place): Diagnostic {
  if (count === 1) {
    return diagnose('SB6008', {
      message: 'the only destination gets every request, whatever its weight',
      why: 'weights divide requests among several destinations',
      help: 'remove the weight',
      ...at('weight'),
    })
  }
  return diagnose('SB6008', {
    message:
      weight === 0 ? 'this destination gets no requests' : 'this destination has no weight, and gets no requests',
    why: 'among several destinations a missing weight is 0',
    help: 'give it a weight above 0 to send it requests, or remove it',
    ...at(weight === 0 ? 'weight' : 'destination'),
  })
}
