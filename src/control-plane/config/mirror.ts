import { destination } from './destination.ts'
import { type Decoded, message } from './message.ts'
import { percent } from './percent.ts'

/** One of `mirrors`; without a percentage all requests are mirrored. Source: Istio HTTPMirrorPolicy. */
export const mirrorPolicy = message(
  'HTTPMirrorPolicy',
  { destination, percentage: percent.optional() },
  { mainField: 'destination' },
)

export type MirrorPolicy = Decoded<typeof mirrorPolicy>
