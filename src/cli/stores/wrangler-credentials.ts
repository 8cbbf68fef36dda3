import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { stripVTControlCharacters } from 'node:util'
import { visible } from '../../diagnostics/visible.ts'
import { objectIn } from '../../store/object-in.ts'
import { StoreError } from '../../store/version-store.ts'
import type { CloudflareCredentials } from './cloudflare-api.ts'
import type { TablesConfig } from './wrangler-config.ts'

/** It may have to renew its token over the network. */
const timeLimitMs = 60_000

/**
 * Who wrangler is logged in as: whatever it takes, and from wherever it takes that, is good here as well.
 *
 * @param env what wrangler is run with
 * @throws StoreError where it is not logged in, in words that quote no secret
 */
export async function askWranglerForCredentials(
  { path, environment }: Pick<TablesConfig, 'path' | 'environment'>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<CloudflareCredentials> {
  const { CLOUDFLARE_API_TOKEN: token, CLOUDFLARE_API_KEY, CLOUDFLARE_EMAIL } = env
  // It would say the same, more than a second later.
  if (token && !(CLOUDFLARE_API_KEY && CLOUDFLARE_EMAIL)) return { type: 'api_token', token }
  const args = [
    'auth',
    'token',
    '--json',
    '--config',
    path,
    ...(environment === undefined ? [] : ['--env', environment]),
  ]
  const { status, out, err } = await runWrangler(args, env)
  const credentials = credentialsIn(out)
  if (status === 0 && credentials) return credentials
  // What it prints to stdout may be the secret, and is never quoted.
  const said = visible(
    stripVTControlCharacters(err)
      .trim()
      .split('\n')[0]!
      .replace(/^.*\[ERROR\]\s*/, '')
      .slice(0, 300),
  )
  if (/not logged in/i.test(said)) {
    throw new StoreError('not logged in to Cloudflare: run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN, as in CI')
  }
  throw new StoreError(`\`npx wrangler auth token --json\` gives no credentials: ${said || `it ended with ${status}`}`)
}

async function runWrangler(args: readonly string[], env: Readonly<Record<string, string | undefined>>) {
  const wrangler = join(dirname(createRequire(import.meta.url).resolve('wrangler/package.json')), 'bin/wrangler.js')
  const child = spawn(process.execPath, [wrangler, ...args], {
    env,
    // Without a terminal it asks nothing.
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeLimitMs,
  })
  const [out, err, [status, signal]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { out, err, status: (status ?? signal) as number | string }
}

function credentialsIn(out: string): CloudflareCredentials | undefined {
  // Notices may stand before the object.
  const { type, token, key, email } = objectIn(out.slice(Math.max(out.indexOf('{'), 0))) ?? {}
  if ((type === 'oauth' || type === 'api_token') && typeof token === 'string') return { type, token }
  if (type === 'api_key' && typeof key === 'string' && typeof email === 'string') return { type, key, email }
  return undefined
}
