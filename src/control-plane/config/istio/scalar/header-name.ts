import type { Report } from '../../schema/problem.ts'

const matchable = /^[-_A-Za-z0-9]+$/
const token = /^[-!#$%&'*+.^_`|~0-9A-Za-z]+$/
const pseudoHeaders = new Set([':authority', ':method', ':path', ':scheme'])

/** Whether a header match means a claim of the request's JWT: `@request.auth.claims.group` or `…claims[group]`. */
export function isJwtClaim(name: string): boolean {
  return /^@request\.auth\.claims(?:\..+|(?:\[[^[\]]+\])+)$/i.test(name)
}

/** The name of a header that is matched. Source: Istio ValidateHTTPHeaderNameOrJwtClaimRoute. */
export function checkMatchedHeader(name: string, report: Report): void {
  if (name === '') report({ code: 'SB2004', message: 'the header name is empty' })
  else if (!matchable.test(name) && !pseudoHeaders.has(name) && !isJwtClaim(name)) {
    report({
      code: 'SB2004',
      message: `"${name}" is not a header name`,
      help: name.endsWith(':') ? 'drop the colon' : 'a header name has letters, digits, - and _',
    })
  }
}

/** The name of a header that CORS lists, or `*`. */
export function checkCorsHeader(name: string, report: Report): void {
  if (name === '*') return
  if (name === '') report({ code: 'SB2004', message: 'the header name is empty' })
  else if (!matchable.test(name)) report({ code: 'SB2004', message: `"${name}" is not a header name` })
}

/** The name of a request header that is set or added: `host` and `:authority` rewrite the authority. */
export function checkRequestHeader(name: string, report: Report): void {
  if (!isAuthorityHeader(name)) checkChangedHeader(name, report)
}

/** The name of a header that is changed: a token of RFC 9110 §5.6.2, and not `host`. */
export function checkChangedHeader(name: string, report: Report): void {
  if (name === '') report({ code: 'SB2004', message: 'the header name is empty' })
  else if (name.toLowerCase() === 'host') {
    report({ code: 'SB2004', message: 'the Host header cannot be changed here', help: 'use `rewrite.authority`' })
  } else if (name.startsWith(':')) {
    report({ code: 'SB2004', message: `"${name}" is a pseudo header and cannot be changed` })
  } else if (!token.test(name)) {
    report({
      code: 'SB2004',
      message: `"${name}" is not a header name`,
      help: 'a header name has no spaces or brackets',
    })
  }
}

/** Whether setting the header `name` rewrites the authority. */
export function isAuthorityHeader(name: string): boolean {
  const lower = name.toLowerCase()
  return lower === 'host' || lower === ':authority'
}
