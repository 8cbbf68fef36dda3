import type { Report } from '../../schema/problem.ts'
import { int32Max, wholeNumber } from '../../schema/scalar-field.ts'

/** A weight relative to the sum of its list; absent is 0. */
export const weight = wholeNumber({ from: 0, to: int32Max })

/** Reports a list of destinations none of which gets anything. Source: Istio validateHTTPRouteDestinations. */
export function checkWeights(
  field: string,
  destinations: readonly { readonly weight?: number | undefined }[],
  report: Report,
): void {
  const sum = destinations.reduce((total, { weight: each = 0 }) => total + each, 0)
  if (destinations.length < 2 || sum > 0) return
  report({
    code: 'SB2004',
    message: `the weights of \`${field}\` sum to 0`,
    why: 'with several destinations a weight of 0, or none, gets no traffic',
    help: 'give at least one destination a weight above 0',
    at: [field],
    meansKey: true,
  })
}
