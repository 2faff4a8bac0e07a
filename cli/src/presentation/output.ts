import type { Shell } from '../shell.ts'

/** Prints the answer as the API gave it when json or yaml was asked for; false: it is a table's turn. */
export async function structured(shell: Shell, answer: unknown): Promise<boolean> {
  const { output } = shell.globals
  if (output === 'json') {
    shell.write(`${JSON.stringify(answer, null, 2)}\n`)
    return true
  }
  if (output === 'yaml') {
    const { stringify } = await import('yaml')
    shell.write(stringify(answer, { lineWidth: 0 }))
    return true
  }
  return false
}
