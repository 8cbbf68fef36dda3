import type { IncomingMessage, ServerResponse } from 'node:http'

/** A table as the dev Worker is given it. */
export interface ServedTable {
  /** The content hash, 64 hexadecimal digits. */
  readonly version: string
  readonly bytes: Uint8Array
}

/**
 * Answers the dev Worker, which asks before every request: 304 where it has the current table, else the bytes, named
 * by their hash in `etag`. So a request that arrives after a swap is decided by the new table, and none waits for it.
 */
export function answerWithTable(table: ServedTable, request: IncomingMessage, response: ServerResponse): void {
  if (request.headers['if-none-match'] === table.version) {
    response.writeHead(304, { etag: table.version }).end()
    return
  }
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': table.bytes.byteLength,
    etag: table.version,
  })
  response.end(table.bytes)
}
