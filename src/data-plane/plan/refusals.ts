import type { Guard } from '../../fib/guard.ts'
import type { RefusePlan } from './request-plan.ts'

/** A request that has no head that could be matched. */
export const malformedHead: RefusePlan = {
  kind: 'refuse',
  status: 400,
  flag: 'DPE',
  details: 'malformed_request_head',
}

/** A request whose body is encoded for this hop in a way that this gateway does not undo. */
export const unknownTransferCoding: RefusePlan = {
  kind: 'refuse',
  status: 501,
  flag: 'DPE',
  details: 'unknown_transfer_coding',
}

/** A request that has come through too many gateways of this kind. */
export const loopDetected: RefusePlan = { kind: 'refuse', status: 508, flag: 'DPE', details: 'loop_detected' }

/** A request at a listener where a guard does not admit the client, by the kind of the guard. */
export const guardRefusals: Readonly<Record<Guard['kind'], RefusePlan>> = {
  'client-certificate': { kind: 'refuse', status: 403, flag: 'DPE', details: 'client_certificate_required' },
}

/** A request that no route serves. */
export const noRoute: RefusePlan = { kind: 'refuse', status: 404, flag: 'NR', details: 'route_not_found' }
