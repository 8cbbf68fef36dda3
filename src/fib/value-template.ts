/**
 * A header value as a rule writes it: text with Envoy's operators in it (`%REQ(x-user)%`). The parts are joined; a
 * part without a value is empty.
 */
export type ValueTemplate = readonly (string | ValueOperator)[]

/** What an operator stands for; each is named as Envoy names its command. */
export type ValueOperator =
  | {
      /** A header of the request or the response, else its fallback. Pseudo headers (`:path`) are among them. */
      readonly operator: 'REQ' | 'RESP'
      /** In lower case. */
      readonly header: string
      readonly fallback?: string
      /** In characters; longer values are cut. */
      readonly maxLength?: number
    }
  | { readonly operator: PlainOperator }

/** Operators without arguments. */
export const plainOperators = [
  'DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT',
  'PROTOCOL',
  'RESPONSE_CODE',
  'RESPONSE_FLAGS',
  'ROUTE_NAME',
  'START_TIME',
  'UPSTREAM_CLUSTER',
  'UPSTREAM_HOST',
] as const
export type PlainOperator = (typeof plainOperators)[number]
