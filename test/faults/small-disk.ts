import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../lab/command.ts'

/** A disk of a few megabytes at a path of its own. */
export interface Mounted {
  readonly path: string
  /** Takes all the space that is left. */
  fill(): void
  /** Gives it back. */
  free(): void
  readOnly(): Promise<void>
  unmount(): Promise<void>
}

/** Only root may mount, and not in every container. */
export const canMount = ((): boolean => {
  if (process.getuid?.() !== 0) return false
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

export const mountTmpfs = (folder: string, size: string): Promise<Mounted> => mountTmpfsAt(join(folder, 'disk'), size)

/** At a path that is not there yet, or an empty folder. */
export async function mountTmpfsAt(path: string, size: string): Promise<Mounted> {
  mkdirSync(path, { recursive: true })
  await run('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=700`, 'tmpfs', path])
  const ballast = join(path, 'ballast')
  return {
    path,
    fill() {
      const file = openSync(ballast, 'a')
      try {
        // To the last block: what is left by a large write may still hold a small one.
        for (let bytes = statfsSync(path).bavail * 4096; bytes >= 1; bytes = Math.floor(bytes / 2)) {
          try {
            while (writeSync(file, Buffer.alloc(bytes)) > 0);
          } catch {
            continue
          }
        }
      } finally {
        closeSync(file)
      }
    },
    free: () => rmSync(ballast, { force: true }),
    readOnly: () => run('mount', ['-o', 'remount,ro', path]).then(() => undefined),
    unmount: () => run('umount', ['--lazy', path]).then(() => undefined),
  }
}
