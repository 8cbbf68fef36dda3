import { Duplex } from 'node:stream'
import { connect } from 'node:tls'

/** The first bytes of a TLS client that asks for `sni`; null: without a name. */
export function clientHello(sni: string | null): Promise<Buffer> {
  return new Promise(resolve => {
    const wire = new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        resolve(chunk)
        done()
      },
    })
    connect({ socket: wire, rejectUnauthorized: false, ...(sni !== null && { servername: sni }) }).on('error', () => {})
  })
}
