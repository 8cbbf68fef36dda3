import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import type { VirtualServiceResource } from '../config/resource.ts'
import { type FieldPath, formatPath } from '../config/yaml/field-path.ts'
import { rememberedAs } from '../memory/remembered.ts'
import type { HttpRule } from '../resolve/http-rule.ts'
import type { ResourceContext } from './context.ts'
import { soundRules } from './sound-rules.ts'

interface Fault extends Pick<Diagnostic, 'message' | 'label' | 'why' | 'help'> {
  /** Below the rule. */
  readonly path: FieldPath
}

/** Whole addresses where a part of one belongs (SB5012): a URL for a path, a scheme or a path in an authority. */
export function findMisplacedAddresses({ config }: ResourceContext): Diagnostic[] {
  return config.virtualServices.flatMap(misplacedAddressesIn)
}

const misplacedAddressesIn = rememberedAs('misplaced addresses', (virtualService: VirtualServiceResource) =>
  soundRules(virtualService).flatMap(([index, rule]) =>
    faultsOf(rule).map(({ path, ...words }) => {
      const place = ['spec', 'http', index, ...path]
      return diagnose('SB5012', {
        ...words,
        span: virtualService.spanOf(place),
        path: formatPath(place),
        resource: virtualService.title,
      })
    }),
  ),
)

function faultsOf({ redirect, rewrite }: HttpRule): Fault[] {
  return [
    ...urlIn(redirect?.uri, ['redirect', 'uri']),
    ...urlIn(redirect?.prefixRewrite, ['redirect', 'prefixRewrite']),
    ...moreThanAuthority(redirect?.authority, ['redirect', 'authority']),
    ...moreThanAuthority(rewrite?.authority, ['rewrite', 'authority']),
  ]
}

function urlIn(text: string | undefined, path: readonly [string, string]): Fault[] {
  const [, scheme, authority, rest] = /^(https?):\/\/([^/?#]*)(.*)$/is.exec(text ?? '') ?? []
  if (scheme === undefined) return []
  return [
    {
      path,
      message: `\`${path[1]}\` has a URL, and only a path belongs there`,
      label: 'appended to the host literally',
      why: `it leads to http://HOST/${text}`,
      help: `write \`scheme: ${scheme.toLowerCase()}\`, \`authority: ${authority}\` and \`${path[1]}: ${rest || '/'}\``,
    },
  ]
}

function moreThanAuthority(text: string | undefined, path: readonly [string, string]): Fault[] {
  const [, scheme, authority = '', rest = ''] = /^(?:(https?):\/\/)?([^/?#]*)(.*)$/is.exec(text ?? '') ?? []
  if (scheme === undefined && rest === '') return []
  const isRedirect = path[0] === 'redirect'
  const others = [
    ...(isRedirect && scheme !== undefined ? [`\`scheme: ${scheme.toLowerCase()}\``] : []),
    ...(rest.length > 1 ? [`\`uri: ${rest}\``] : []),
  ]
  return [
    {
      path,
      message: `the authority has ${scheme === undefined ? 'a path' : 'a scheme'} in it`,
      label: 'a host, and perhaps a port',
      why: isRedirect ? `it leads to http://${text}` : 'origins refuse such a Host',
      help: `write \`authority: ${authority}\`${others.length === 0 ? '' : `, and beside it ${others.join(' and ')}`}`,
    },
  ]
}
