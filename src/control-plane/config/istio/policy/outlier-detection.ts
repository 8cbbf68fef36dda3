import { listOf, message } from '../../schema/message.ts'
import { int32Max, truth, uint32Max, wholeNumber } from '../../schema/scalar-field.ts'
import { duration } from '../scalar/duration.ts'
import { wholePercent } from '../scalar/percent.ts'

const count = wholeNumber({ from: 0, to: uint32Max })

/** Source: Istio OutlierDetection, validateOutlierDetection. */
export const outlierDetection = message(
  'OutlierDetection',
  {
    consecutiveErrors: wholeNumber({ from: 0, to: int32Max }).optional(),
    splitExternalLocalOriginErrors: truth.optional(),
    consecutiveLocalOriginFailures: count.optional(),
    consecutiveGatewayErrors: count.optional(),
    consecutive5xxErrors: count.optional(),
    interval: duration.optional(),
    baseEjectionTime: duration.optional(),
    maxEjectionPercent: wholePercent.optional(),
    minHealthPercent: wholePercent.optional(),
    outlierDetectionHttpErrorCodes: listOf(wholeNumber({ from: 100, to: 599 })),
  },
  {
    deprecated: { consecutiveErrors: 'write `consecutive5xxErrors` or `consecutiveGatewayErrors`' },
    values({ splitExternalLocalOriginErrors, consecutiveLocalOriginFailures }, report) {
      if (splitExternalLocalOriginErrors || !consecutiveLocalOriginFailures) return
      report({
        code: 'SB2005',
        message: '`consecutiveLocalOriginFailures` needs `splitExternalLocalOriginErrors: true`',
        at: ['consecutiveLocalOriginFailures'],
        meansKey: true,
      })
    },
  },
)
