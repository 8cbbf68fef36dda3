/** Whether `text` is an IPv4 or IPv6 address, without brackets; an IPv6 one may have a zone. */
export function isIpAddress(text: string): boolean {
  return isIpv4(text) || isIpv6(text.replace(/%[^%]+$/, ''))
}

/** Whether `text` is an address, or a CIDR block such as `10.0.0.0/8`. */
export function isIpSubnet(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  if (bits === undefined) return isIpAddress(address)
  const limit = isIpv4(address) ? 32 : 128
  return (
    more.length === 0 && (limit === 32 || isIpv6(address)) && /^(?:0|[1-9]\d{0,2})$/.test(bits) && Number(bits) <= limit
  )
}

function isIpv4(text: string): boolean {
  const parts = text.split('.')
  return parts.length === 4 && parts.every(part => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
}

function isIpv6(text: string): boolean {
  const halves = text.split('::')
  if (halves.length > 2 || !text.includes(':')) return false
  let groups = 0
  for (const [index, half] of halves.entries()) {
    if (half === '') continue
    const parts = half.split(':')
    const isLastHalf = index === halves.length - 1
    for (const [at, part] of parts.entries()) {
      if (isLastHalf && at === parts.length - 1 && part.includes('.')) {
        if (!isIpv4(part)) return false
        groups += 2
      } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups += 1
      else return false
    }
  }
  return halves.length === 2 ? groups < 8 : groups === 8
}
