/** The host that is asked for. */
export const host = 'shop.example.com'

/** What the routes of every contender make of the path. */
export const rewrite = { from: '/shop/v2/', to: '/v1/catalog/' } as const

/** What every request asks for; `proof` in the query makes the origin tell what it was asked. */
export const asked = `${rewrite.from}items/4711?fields=name,price`
/** What the origin has to be asked for then. */
export const forwarded = `${rewrite.to}items/4711?fields=name,price`

/** A request as a browser would send it. */
export function requestText(method: string, target: string, lines: readonly string[] = [], body = ''): string {
  const head = [
    `${method} ${target} HTTP/1.1`,
    `host: ${host}`,
    'user-agent: Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
    'accept: application/json, text/plain, */*',
    'accept-language: en-GB,en;q=0.7,de;q=0.3',
    'accept-encoding: gzip, deflate, br, zstd',
    'referer: https://shop.example.com/catalog',
    'cookie: session=0b6a1fe2c1d84d5f9d0c6f2f; theme=dark',
    'sec-fetch-mode: cors',
    ...lines,
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}
