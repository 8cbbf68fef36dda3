// The ones that an operator can cause and mend; anything else is shown by its code.
const meanings: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'is a folder, not a file',
  ELOOP: 'a symbolic link that leads back to itself',
  ENAMETOOLONG: 'the name is too long',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many open files',
  EADDRINUSE: 'the address is already in use',
  EADDRNOTAVAIL: 'this machine does not have that address',
  ENOTFOUND: 'no such host',
}

/**
 * What the operating system refused, in words, or undefined where the error is not one of the system's: then it is a
 * fault of ours and must be thrown on.
 */
export function describeSystemError(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined
  return meanings[String(error.code)] ?? String(error.code)
}

/** The system's code for an error (`ENOENT`), or undefined. */
export function systemErrorCode(error: unknown): string | undefined {
  return describeSystemError(error) === undefined ? undefined : String((error as NodeJS.ErrnoException).code)
}
