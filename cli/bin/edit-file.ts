import { spawn } from 'node:child_process'

/** Opens a file in an editor on this terminal and waits until it is closed. Answers its exit code. */
export function editFile(editor: readonly string[], path: string): Promise<number> {
  const [program = 'vi', ...args] = editor
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args, path], { stdio: 'inherit' })
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? 1))
  })
}
