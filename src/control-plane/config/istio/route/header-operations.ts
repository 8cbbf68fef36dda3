import { type Decoded, listOf, mapOf, message } from '../../schema/message.ts'
import type { Report } from '../../schema/problem.ts'
import { requiredTextThat, textThat } from '../../schema/scalar-field.ts'
import { checkChangedHeader, checkRequestHeader } from '../scalar/header-name.ts'
import { checkHeaderValue } from '../scalar/header-value.ts'

const headerValue = textThat(checkHeaderValue)
const removals = listOf(requiredTextThat(checkChangedHeader))

const operations = (checkName: (name: string, report: Report) => void) =>
  message('HeaderOperations', {
    set: mapOf(headerValue, checkName),
    add: mapOf(headerValue, checkName),
    remove: removals,
  })

/** Header operations of a route or of one of its destinations. Source: Istio Headers. */
export const headerOperations = message('Headers', {
  request: operations(checkRequestHeader).optional(),
  response: operations(checkChangedHeader).optional(),
})

export type HeaderOperations = Decoded<typeof headerOperations>
