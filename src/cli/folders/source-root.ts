import { existsSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

/**
 * The way from the root of the repository to files that are named from `here`: what GitHub goes by, and the same in
 * whatever folder of the repository `signalbox` is run. Outside of a repository the root is `here`.
 */
export function pathsFromSourceRoot(here: string): (file: string) => string {
  const root = repositoryAround(here) ?? here
  return file => relative(root, resolve(here, file)).replaceAll('\\', '/')
}

function repositoryAround(folder: string): string | undefined {
  // In a worktree or submodule, .git is a file.
  if (existsSync(join(folder, '.git'))) return folder
  const parent = dirname(folder)
  return parent === folder ? undefined : repositoryAround(parent)
}
