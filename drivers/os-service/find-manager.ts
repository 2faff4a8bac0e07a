import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

export interface FoundManager {
  readonly manager: 'systemd' | 'nssm'
}

export interface MachineFacts {
  readonly platform: NodeJS.Platform
  readonly uid: number | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  exists(path: string): boolean
}

const here = (): MachineFacts => ({
  platform: process.platform,
  uid: process.getuid?.(),
  env: process.env,
  exists: existsSync,
})

/** The service manager that this machine runs and that we may use: as root, or the user's own; null where there is none. */
export function findManager(facts: MachineFacts = here()): FoundManager | null {
  if (facts.platform === 'win32') {
    const folders = (facts.env.PATH ?? facts.env.Path ?? '').split(delimiter).filter(Boolean)
    return folders.some((folder) => facts.exists(join(folder, 'nssm.exe'))) ? { manager: 'nssm' } : null
  }
  // The folder is there exactly while systemd is PID 1.
  if (facts.platform !== 'linux' || !facts.exists('/run/systemd/system')) return null
  const runtime = facts.env.XDG_RUNTIME_DIR
  const mayUse = facts.uid === 0 || (runtime !== undefined && facts.exists(join(runtime, 'systemd')))
  return mayUse ? { manager: 'systemd' } : null
}
