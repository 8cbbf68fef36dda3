// The smallest Hono Worker that rewrites a prefix and fetches.
import { Hono } from 'hono'
import { rewrite } from '../traffic.ts'

interface Settings {
  /** `http://127.0.0.1:1234` */
  readonly ORIGIN: string
}

const app = new Hono<{ Bindings: Settings }>()
app.all(`${rewrite.from}*`, context => {
  const { url } = context.req
  const at = url.indexOf('/', url.indexOf('://') + 3)
  return fetch(context.env.ORIGIN + rewrite.to + url.slice(at + rewrite.from.length), context.req.raw)
})

export default app
