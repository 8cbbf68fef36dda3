import { type Decoded, message } from '../../schema/message.ts'
import { text, textThat } from '../../schema/scalar-field.ts'
import { checkRegex } from '../scalar/regex.ts'

/** Source: Istio RegexRewrite. */
const regexRewrite = message('RegexRewrite', {
  match: textThat(checkRegex),
  rewrite: textThat((written, report) => {
    if (written === '') report({ code: 'SB2004', message: 'the replacement must not be empty' })
  }),
})

/** Source: Istio HTTPRewrite. */
export const rewrite = message(
  'HTTPRewrite',
  { uri: text.optional(), authority: text.optional(), uriRegexRewrite: regexRewrite.optional() },
  {
    mainField: 'uri',
    presence(has, report) {
      if (has('uri') && has('uriRegexRewrite')) {
        const message = '`uri` and `uriRegexRewrite` exclude each other'
        report({ code: 'SB2005', message, at: ['uriRegexRewrite'], meansKey: true })
      }
    },
    values({ uri, authority, uriRegexRewrite }, report) {
      if (uri || authority || uriRegexRewrite) return
      report({
        code: 'SB2003',
        message: 'a rewrite needs `uri`, `uriRegexRewrite` or `authority`',
        help: 'write what the path becomes, "/" at the least, or remove the rewrite',
        missed: ['uri', 'uriRegexRewrite', 'authority'],
      })
    },
  },
)

export type Rewrite = Decoded<typeof rewrite>
