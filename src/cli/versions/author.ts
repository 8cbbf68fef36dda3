import { execFile } from 'node:child_process'
import { userInfo } from 'node:os'
import { promisify } from 'node:util'

/**
 * Who publishes, for people to read: as CI says it, as git says it, or who is logged in. It proves nothing; who may
 * publish is whom the store lets write.
 */
export async function findAuthor(env: Readonly<Record<string, string | undefined>>): Promise<string> {
  const told = env.SIGNALBOX_AUTHOR || env.GITHUB_ACTOR || env.GITLAB_USER_LOGIN
  if (told) return told
  const [name, email] = await Promise.all([gitSetting('user.name'), gitSetting('user.email')])
  if (name && email) return `${name} <${email}>`
  return name || email || loginName()
}

async function gitSetting(name: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('git', ['config', '--get', name], { timeout: 2000 })
    return stdout.trim()
  } catch {
    // There is no git, or no such setting.
    return ''
  }
}

function loginName(): string {
  try {
    return userInfo().username
  } catch {
    // In a container, a process may run as somebody without a name.
    return 'unknown'
  }
}
