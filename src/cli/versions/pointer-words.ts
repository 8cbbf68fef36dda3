import { visible } from '../../diagnostics/visible.ts'
import type { Pointer } from '../../store/pointer.ts'
import type { StoredPointer } from '../../store/read-pointer.ts'
import { shortVersion } from '../words/short-version.ts'

/** `2026-11-26 14:03 UTC by Ann: canary to 20 %`. */
export function movedWords({ at, by, message }: Pick<Pointer, 'at' | 'by' | 'message'>): string {
  const [subject = ''] = message.split('\n')
  return `${timeWords(at)} by ${visible(by)}${subject === '' ? '' : `: ${visible(subject)}`}`
}

/** `2026-11-26 14:03 UTC`, or the text as it is where it is no time. */
export function timeWords(at: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(at) ? `${at.slice(0, 10)} ${at.slice(11, 16)} UTC` : visible(at)
}

/** What the store's pointer is, for somebody who wanted another one. */
export function pointerWords(stored: StoredPointer): string {
  switch (stored.kind) {
    case 'none':
      return 'nothing is published'
    case 'unusable':
      return `the pointer is damaged: ${stored.reason}`
    case 'read':
      return `${shortVersion(stored.pointer.version)} is active since ${movedWords(stored.pointer)}`
    default:
      return stored satisfies never
  }
}
