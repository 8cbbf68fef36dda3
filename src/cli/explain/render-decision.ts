import { type Paint, painter } from '../../diagnostics/paint.ts'
import { visible } from '../../diagnostics/visible.ts'
import { shortVersion } from '../words/short-version.ts'
import type { Decision, EnteredListener, NearestMisses } from './decision.ts'
import { routeSections } from './render-route.ts'
import { triedLines } from './render-tried.ts'
import type { Section } from './section.ts'
/** A decision for people: headings on the left, in the order in which a request meets them. */
export function renderDecision(decision: Decision, { color }: { readonly color: boolean }): string {
  const paint = painter(color)
  const sections: Section[] = [
    ['request', [requestLine(decision, paint)]],
    ['client', clientLines(decision)],
    ['listener', enteredListenerLines(decision.entrance, paint)],
    ['vhost', virtualHostLines(decision, paint)],
    ['tried', triedLines(decision.tried, paint)],
    ['nearest', nearestLines(decision.nearest, paint)],
    ...routeSections(decision, paint),
    ['result', [answerLine(decision, paint)]],
    ['table', [shortVersion(decision.table)]],
  ]
  return sections.flatMap(section => sectionLines(section, paint)).join('\n')
}

function sectionLines([heading, lines]: Section, paint: Paint): string[] {
  return lines.map((line, index) => `${paint('dim', (index === 0 ? heading : '').padEnd(10))}${line}`.trimEnd())
}

function requestLine({ request }: Decision, paint: Paint): string {
  const { method, scheme, authority, target, path, query } = request
  const sentPath = target.split(/[?#]/, 1)[0]!
  const normal =
    path === undefined
      ? 'malformed: no rule applies'
      : path === sentPath
        ? 'path normalised: unchanged'
        : `path normalised: ${visible(sentPath) || '(none)'} → ${visible(path)}`
  const shown = [method, scheme, authority || '(no host)', path ?? sentPath].map(visible)
  const asked = query === undefined ? '' : ` ?${visible(query)}`
  return `${paint('strong', `${shown.join(' ')}${asked}`)}   ${paint('dim', `(${normal})`)}`
}

function clientLines({ request: { client = {} } }: Decision): string[] {
  const facts = Object.entries(client).map(([fact, value]) => visible(`${fact}=${value}`))
  return facts.length === 0 ? [] : [facts.join(' ')]
}

function enteredListenerLines(entered: EnteredListener | undefined, paint: Paint): string[] {
  if (!entered) return []
  const { listener, serving, refused } = entered
  const others = serving.filter(name => name !== listener).map(visible)
  const also = others.length > 0 ? `; the host is served on ${others.join(', ')} too` : ''
  return [
    `${visible(listener)}   ${reasons[entered.reason]}${also}`,
    ...(refused === undefined ? [] : [paint('bad', `✗ ${visible(refused)}`)]),
  ]
}

const reasons = {
  named: 'named by --listener',
  port: 'on the port of the request',
  scheme: 'of the scheme of the request; none of them on its port serves the host',
  other: 'no listener on the port or of the scheme serves the host; the nearest other',
  default: 'no Gateway serves the host',
} as const satisfies Record<EnteredListener['reason'], string>

function virtualHostLines({ considered, request, entrance }: Decision, paint: Paint): string[] {
  const [chosen, ...hidden] = considered
  if (!chosen) {
    if (request.host === undefined || entrance?.refused !== undefined) return []
    const where = entrance ? `on ${visible(entrance.listener)}` : 'on any listener'
    return [paint('bad', `✗ none ${where} for ${visible(request.host)}`)]
  }
  const others = hidden.map(({ domain }) => visible(domain)).join(', ')
  const also = others === '' ? '' : `   (also considered: ${others}: hidden, no fall-through)`
  return [`${visible(chosen.domain)}   ${chosen.kind}${paint('dim', also)}`]
}

function nearestLines(nearest: NearestMisses | undefined, paint: Paint): string[] {
  if (!nearest) return []
  return [
    ...nearest.routes.map(
      ({ route, why, file, line }) =>
        `${visible(route)}   ${visible(why)}   ${paint('dim', visible(`${file}:${line}`))}`,
    ),
    ...nearest.hosts.map(host => `host ${visible(host)}`),
  ]
}

function answerLine({ outcome, request }: Decision, paint: Paint): string {
  const route = outcome.route === undefined ? '' : `   ${paint('dim', `(route ${visible(outcome.route)})`)}`
  const { kind, status, flag, details, location, target, endpoints = [] } = outcome
  const delay = outcome.delayMs === undefined ? '' : `after ${outcome.delayMs} ms: `
  if (kind === 'forward') {
    const drawn = endpoints.find(({ isDrawn }) => isDrawn)!
    const address = drawn.address.includes(':') ? `[${drawn.address}]` : drawn.address
    const url = visible(`${drawn.scheme}://${address}:${drawn.port}${target}`)
    return `${delay}${paint('good', `${visible(request.method)} ${url}`)}${route}`
  }
  const told = [status, flag, details, location].filter(each => each !== undefined).map(each => visible(String(each)))
  return `${delay}${paint(kind === 'refuse' ? 'bad' : 'good', told.join(' '))}${route}`
}
