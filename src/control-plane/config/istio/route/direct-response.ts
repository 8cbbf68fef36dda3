import { message } from '../../schema/message.ts'
import { text, textThat, wholeNumber } from '../../schema/scalar-field.ts'

const largestBodyBytes = 1024 * 1024

const base64 = textThat((written, report) => {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(written.replace(/[\r\n]/g, ''))) {
    report({ code: 'SB2004', message: 'the bytes are not base64', help: 'write text as `string:` instead' })
  }
})

/** Source: Istio HTTPBody; `bytes` stays base64. */
const body = message(
  'HTTPBody',
  { string: text.optional(), bytes: base64.optional() },
  {
    mainField: 'string',
    presence(has, report) {
      if (has('string') && has('bytes')) {
        report({ code: 'SB2005', message: '`string` and `bytes` exclude each other', at: ['bytes'], meansKey: true })
      }
    },
    values({ string, bytes }, report) {
      const size = string === undefined ? ((bytes?.length ?? 0) * 3) / 4 : new TextEncoder().encode(string).length
      if (size <= largestBodyBytes) return
      report({
        code: 'SB2004',
        message: 'the body is larger than 1 MiB',
        why: 'every table that is published carries it',
        help: 'serve it from an origin',
        at: [string === undefined ? 'bytes' : 'string'],
        meansKey: true,
      })
    },
  },
)

/** Source: Istio HTTPDirectResponse. */
export const directResponse = message('HTTPDirectResponse', {
  status: wholeNumber({ from: 200, to: 599 }),
  body: body.optional(),
})
