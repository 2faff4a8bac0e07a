import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)
// Debian keeps daemons in sbin folders, which a user's PATH does not always have.
const path = [...new Set([...(process.env.PATH ?? '').split(':'), '/usr/local/sbin', '/usr/sbin', '/sbin'])].join(':')
export const environment: NodeJS.ProcessEnv = { ...process.env, PATH: path, DEBIAN_FRONTEND: 'noninteractive' }

/** Runs a command to its end and gives what it printed. Throws with its last words when it fails. */
export async function run(command: string, args: string[], options: { cwd?: string; uid?: number; gid?: number } = {}) {
  try {
    const { stdout } = await execute(command, args, { ...options, env: environment, maxBuffer: 64 << 20 })
    return stdout.trim()
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string }
    throw new Error(`${command} ${args[0] ?? ''}: ${stderr.trim().split('\n').slice(-3).join(' ') || message}`, {
      cause: error,
    })
  }
}

/** Where a program is, looked up as a shell would. */
export function which(program: string): string | undefined {
  return path
    .split(':')
    .map((folder) => join(folder, program))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}
