import { type Message, opcode } from './websocket-frames.ts'

const largestBytes = 65_536

/** The message of this number, with its sender and its number in front: text and binary in turn, of many sizes. */
export function messageOf(sender: 'client' | 'origin', number: number): Message {
  const start = `${sender} ${number} `
  // Sizes on both sides of where the length of a frame is written in another way, and of everything between.
  const size = [0, 100, 125, 126, 127, 1000, 65_535, largestBytes][number % 8]! + ((number * 7919) % 500)
  const text = start.padEnd(Math.min(size, largestBytes), 'abcdefghij')
  return { opcode: number % 2 === 0 ? opcode.text : opcode.binary, payload: Buffer.from(text) }
}
