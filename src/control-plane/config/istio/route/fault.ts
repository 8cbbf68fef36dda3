import { message } from '../../schema/message.ts'
import { text, wholeNumber, wordOf } from '../../schema/scalar-field.ts'
import { duration } from '../scalar/duration.ts'
import { drawnPercent, wholePercent } from '../scalar/percent.ts'

/** The names of gRPC's statuses, in the order of their numbers. Source: https://grpc.io/docs/guides/status-codes */
export const grpcStatuses = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
]

const grpcStatus = wordOf(grpcStatuses, (name, report) => {
  const number = /^\d+$/.test(name) ? grpcStatuses[Number(name)] : undefined
  report({
    code: 'SB2004',
    message: `"${name}" is not a gRPC status`,
    help: number ? `write ${number}` : 'write its name, such as UNAVAILABLE or NOT_FOUND',
  })
})

/** Source: Istio HTTPFaultInjection.Delay. */
const delay = message(
  'HTTPFaultInjection.Delay',
  {
    fixedDelay: duration.optional(),
    exponentialDelay: duration.optional(),
    percentage: drawnPercent.optional(),
    percent: wholePercent.optional(),
  },
  {
    mainField: 'fixedDelay',
    deprecated: { percent: 'write `percentage: {value: …}`' },
    presence(has, report) {
      if (!has('exponentialDelay')) return
      report({
        code: 'SB2004',
        message: 'Istio does not support `exponentialDelay`',
        help: 'write `fixedDelay`',
        at: ['exponentialDelay'],
        meansKey: true,
      })
    },
  },
)

/** Source: Istio HTTPFaultInjection.Abort. */
const abort = message(
  'HTTPFaultInjection.Abort',
  {
    httpStatus: wholeNumber({ from: 200, to: 599 }).optional(),
    grpcStatus: grpcStatus.optional(),
    http2Error: text.optional(),
    percentage: drawnPercent.optional(),
  },
  {
    mainField: 'httpStatus',
    presence(has, report) {
      if (has('http2Error')) {
        report({
          code: 'SB2004',
          message: 'Istio does not support `http2Error`',
          help: 'write `httpStatus` or `grpcStatus`',
          at: ['http2Error'],
          meansKey: true,
        })
      }
      if (has('httpStatus') && has('grpcStatus')) {
        const message = '`httpStatus` and `grpcStatus` exclude each other'
        report({ code: 'SB2005', message, at: ['grpcStatus'], meansKey: true })
      }
    },
  },
)

/** Source: Istio HTTPFaultInjection. */
export const fault = message(
  'HTTPFaultInjection',
  { delay: delay.optional(), abort: abort.optional() },
  {
    needs: [{ oneOf: ['delay', 'abort'], message: 'a fault needs `delay` or `abort`' }],
  },
)
