import { expect, test } from 'vitest'
import { parseValueTemplate } from '../../../src/control-plane/translate/value-template.ts'

test.each([
  { title: 'plain text is one part', written: 'a b', expected: ['a b'] },
  { title: 'nothing is no part', written: '', expected: [] },
  { title: 'a doubled percent sign is one', written: '100%% sure', expected: ['100% sure'] },
  {
    title: 'an operator stands among text',
    written: 'a-%REQ(X-In)%-b',
    expected: ['a-', { operator: 'REQ', header: 'x-in' }, '-b'],
  },
  {
    title: 'a header has a fallback and a length',
    written: '%REQ(X-A?X-B):10%',
    expected: [{ operator: 'REQ', header: 'x-a', fallback: 'x-b', maxLength: 10 }],
  },
  { title: 'an operator without arguments', written: '%PROTOCOL%', expected: [{ operator: 'PROTOCOL' }] },
  { title: 'an unknown operator has no value', written: 'a%UNHEARD_OF(x)%b', expected: ['ab'] },
])('$title: $written', ({ written, expected }) => {
  expect(parseValueTemplate(written)).toEqual(expected)
})
