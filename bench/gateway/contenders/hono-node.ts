// Hono on @hono/node-server, with `fetch`: what most people would write on Node. Usage: hono-node.ts ORIGIN_PORT
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { rewrite } from '../traffic.ts'

const origin = `http://127.0.0.1:${process.argv[2]}`

const app = new Hono()
app.all(`${rewrite.from}*`, context => {
  const { url, raw } = context.req
  const at = url.indexOf('/', url.indexOf('://') + 3)
  const headers = new Headers(raw.headers)
  for (const name of ['host', 'connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'content-length']) {
    headers.delete(name)
  }
  return fetch(origin + rewrite.to + url.slice(at + rewrite.from.length), {
    method: raw.method,
    headers,
    redirect: 'manual',
    ...(raw.body && { body: raw.body, duplex: 'half' }),
  })
})

serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => process.stdout.write(`ready ${port}\n`))
