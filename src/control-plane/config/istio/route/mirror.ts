import { message } from '../../schema/message.ts'
import { percent } from '../scalar/percent.ts'
import { destination } from './destination.ts'

/** One of `mirrors`; without a percentage all requests are mirrored. Source: Istio HTTPMirrorPolicy. */
export const mirrorPolicy = message(
  'HTTPMirrorPolicy',
  { destination, percentage: percent.optional() },
  { mainField: 'destination' },
)
