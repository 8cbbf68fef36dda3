const prime1 = 0x9e3779b185ebca87n
const prime2 = 0xc2b2ae3d27d4eb4fn
const prime3 = 0x165667b19e3779f9n
const prime4 = 0x85ebca77c2b2ae63n
const prime5 = 0x27d4eb2f165667c5n

const stripeBytes = 32
const laneBytes = 8

/**
 * xxHash of 64 bits (XXH64), by which Envoy finds the endpoint of a key: the same key comes to the same endpoint here.
 *
 * @param seed another hash, where several texts are hashed one behind the other
 */
export function xxHash64(text: string, seed = 0n): bigint {
  const bytes = bytesOf(text)
  const wholeStripes = bytes.byteLength - (bytes.byteLength % stripeBytes)
  let hash = wholeStripes > 0 ? hashStripes(bytes, wholeStripes, seed) : seed + prime5
  hash = low64(hash + BigInt(bytes.byteLength))
  let at = wholeStripes
  for (; at + laneBytes <= bytes.byteLength; at += laneBytes) {
    hash = low64(rotate(hash ^ mix(0n, bytes.getBigUint64(at, true)), 27n) * prime1 + prime4)
  }
  if (at + 4 <= bytes.byteLength) {
    const four = BigInt(bytes.getUint32(at, true))
    hash = low64(rotate(hash ^ low64(four * prime1), 23n) * prime2 + prime3)
    at += 4
  }
  for (; at < bytes.byteLength; at++) {
    hash = low64(rotate(hash ^ low64(BigInt(bytes.getUint8(at)) * prime5), 11n) * prime1)
  }
  hash = low64((hash ^ (hash >> 33n)) * prime2)
  hash = low64((hash ^ (hash >> 29n)) * prime3)
  return hash ^ (hash >> 32n)
}

/** Four lanes side by side over the whole stripes, and then all of them in one. */
function hashStripes(bytes: DataView, length: number, seed: bigint): bigint {
  const lanes = [seed + prime1 + prime2, seed + prime2, seed, seed - prime1].map(low64)
  for (let at = 0; at < length; at += stripeBytes) {
    for (let lane = 0; lane < lanes.length; lane++) {
      lanes[lane] = mix(lanes[lane]!, bytes.getBigUint64(at + lane * laneBytes, true))
    }
  }
  const [a, b, c, d] = lanes as [bigint, bigint, bigint, bigint]
  const joined = low64(rotate(a, 1n) + rotate(b, 7n) + rotate(c, 12n) + rotate(d, 18n))
  return lanes.reduce((hash, lane) => low64((hash ^ mix(0n, lane)) * prime1 + prime4), joined)
}

function mix(lane: bigint, input: bigint): bigint {
  return low64(rotate(low64(lane + input * prime2), 31n) * prime1)
}

function rotate(value: bigint, bits: bigint): bigint {
  return low64(value << bits) | (value >> (64n - bits))
}

function low64(value: bigint): bigint {
  return BigInt.asUintN(64, value)
}

/** Up to U+00FF a character is a byte, as header values come from runtimes that know bytes; other texts are UTF-8. */
function bytesOf(text: string): DataView {
  const bytes = new Uint8Array(text.length)
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code > 0xff) return viewOf(new TextEncoder().encode(text))
    bytes[at] = code
  }
  return viewOf(bytes)
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}
