// The smallest Worker that rewrites a prefix and fetches.
import { rewrite } from '../traffic.ts'

interface Settings {
  /** `http://127.0.0.1:1234` */
  readonly ORIGIN: string
}

export default {
  fetch(request: Request, { ORIGIN }: Settings): Promise<Response> | Response {
    const { url } = request
    const at = url.indexOf('/', url.indexOf('://') + 3)
    if (!url.startsWith(rewrite.from, at)) return new Response(null, { status: 404 })
    return fetch(ORIGIN + rewrite.to + url.slice(at + rewrite.from.length), request)
  },
}
