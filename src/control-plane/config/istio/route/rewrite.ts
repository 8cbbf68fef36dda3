import { message } from '../../schema/message.ts'
import { requiredTextThat, text } from '../../schema/scalar-field.ts'
import { checkRegex } from '../scalar/regex.ts'

/** Source: Istio RegexRewrite. */
const regexRewrite = message('RegexRewrite', {
  match: requiredTextThat(checkRegex),
  rewrite: requiredTextThat((written, report) => {
    if (written === '') report({ code: 'SB2004', message: 'the replacement must not be empty' })
  }),
})

/** Source: Istio HTTPRewrite. */
export const rewrite = message(
  'HTTPRewrite',
  { uri: text.optional(), authority: text.optional(), uriRegexRewrite: regexRewrite.optional() },
  {
    mainField: 'uri',
    needs: [
      {
        oneOf: ['uri', 'uriRegexRewrite', 'authority'],
        message: 'a rewrite needs `uri`, `uriRegexRewrite` or `authority`',
        help: 'write what the path becomes, "/" at the least, or remove the rewrite',
        orEmpty: true,
      },
    ],
    presence(has, report) {
      if (has('uri') && has('uriRegexRewrite')) {
        const message = '`uri` and `uriRegexRewrite` exclude each other'
        report({ code: 'SB2005', message, at: ['uriRegexRewrite'], meansKey: true })
      }
    },
  },
)
