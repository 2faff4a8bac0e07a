import { spawn } from 'node:child_process'
import { join } from 'node:path'

export interface Ran {
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
}

export const program = join(import.meta.dirname, '../bin/wh.js')

/** Runs the real command, as a shell without a terminal would. */
export function wh(
  args: readonly string[],
  env: Record<string, string> = {},
  input = '',
  node = process.execPath,
  folder = process.cwd(),
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const { PATH = '', HOME = '' } = process.env
    // As its first line has it started.
    const child = spawn(node, ['--', program, ...args], {
      cwd: folder,
      env: { PATH, HOME, TZ: 'UTC', WHEELHOUSE_COMPLETE_MS: '30000', ...env },
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.on('error', reject)
    child.on('close', (exit) => resolve({ exit, stdout, stderr }))
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}
