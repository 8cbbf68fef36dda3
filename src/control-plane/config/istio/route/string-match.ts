import { mapOf, message } from '../../schema/message.ts'
import type { Report } from '../../schema/problem.ts'
import { text } from '../../schema/scalar-field.ts'
import { checkRegex } from '../scalar/regex.ts'

const alternatives = ['exact', 'prefix', 'regex'] as const

type Alternatives = { readonly [Name in (typeof alternatives)[number]]?: string | undefined }

interface StringMatchOptions {
  /** Whether `{}` may stand, which means that the thing is present. */
  readonly mayBeEmpty?: boolean
  /** Whether the prefix may be the empty text, which matches all. */
  readonly emptyPrefix?: boolean
  /** Whether `exact: ''` is refused. */
  readonly noEmptyExact?: boolean
  /** Whether the regex `*` means presence, as Istio reads it for headers. */
  readonly starMeansPresent?: boolean
}

function stringMatch(options: StringMatchOptions) {
  return message(
    'StringMatch',
    { exact: text.optional(), prefix: text.optional(), regex: text.optional() },
    {
      mainField: 'exact',
      needs: options.mayBeEmpty
        ? []
        : [{ oneOf: alternatives, message: 'a match needs one of `exact`, `prefix` and `regex`' }],
      presence(has, report) {
        const set = alternatives.filter(has)
        if (set.length > 1) {
          const [first, second] = set
          report({
            code: 'SB2005',
            message: `\`${first}\` and \`${second}\` exclude each other`,
            help: 'keep one of them, or write two matches',
            at: [second!],
            meansKey: true,
          })
        }
      },
      values: (match, report) => checkAlternatives(match, options, report),
    },
  )
}

/** Source: Istio validateStringMatch and validateAllowOrigins. */
function checkAlternatives({ exact, prefix, regex }: Alternatives, options: StringMatchOptions, report: Report): void {
  if (exact === '' && options.noEmptyExact) {
    report({ code: 'SB2004', message: 'the text to match must not be empty', at: ['exact'] })
  }
  if (prefix === '' && !options.emptyPrefix) {
    report({
      code: 'SB2004',
      message: 'the prefix must not be empty',
      help: 'remove the match to match anything',
      at: ['prefix'],
    })
  }
  if (regex !== undefined && !(regex === '*' && options.starMeansPresent)) {
    checkRegex(regex, problem => report({ ...problem, at: ['regex'] } as typeof problem))
  }
}

/** A match of the path: an empty prefix is all paths, as Envoy has it. */
export const uriMatch = stringMatch({ emptyPrefix: true })

/** A match of the scheme, the method or the authority. */
export const plainMatch = stringMatch({})

/** A match of an origin; CORS has no empty one. */
export const originMatch = stringMatch({ noEmptyExact: true })

const presenceMatch = stringMatch({ mayBeEmpty: true })
const absenceMatch = stringMatch({ mayBeEmpty: true, starMeansPresent: true })

/** Matches of headers by name: `{}` means that the header is present. */
export const headerMatches = (checkName: (name: string, report: Report) => void) => mapOf(presenceMatch, checkName)

/** Matches of headers that must not match: the regex `*` means presence here. */
export const withoutHeaderMatches = (checkName: (name: string, report: Report) => void) =>
  mapOf(absenceMatch, checkName)

/** Matches of query parameters by name: `{}` means that the parameter is present. */
export const queryMatches = mapOf(presenceMatch)
