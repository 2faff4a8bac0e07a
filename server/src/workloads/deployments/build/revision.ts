import type { Release } from '@wheelhouse/contract'
import { run } from '@wheelhouse/platform/exec'

const none: Release['source'] = { directory: null, revision: null, dirty: false, message: null }

/** The commit a folder is at, where it is under git and git is there. */
export async function revisionOf(directory: string | null, signal: AbortSignal): Promise<Release['source']> {
  if (directory === null) return none
  const git = async (...words: string[]): Promise<string | null> => {
    const done = await run(['git', '-C', directory, ...words], { timeoutMs: 5_000, signal }).catch(() => null)
    return done?.exitCode === 0 ? done.stdout.trim() : null
  }
  const revision = await git('rev-parse', 'HEAD')
  if (revision === null) return { ...none, directory }
  const [changes, message] = [await git('status', '--porcelain', '--', '.'), await git('log', '-1', '--format=%s')]
  return { directory, revision, dirty: (changes ?? '') !== '', message: message?.slice(0, 200) ?? null }
}
