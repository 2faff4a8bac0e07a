import { createInterface } from 'node:readline/promises'
import { Complaint, usage } from './failure.ts'
import type { Shell } from './shell.ts'

const interrupted = (): Complaint => new Complaint('interrupted', 'INTERRUPTED', 'Interrupted. Nothing was changed.')

/** Asks on stderr, so that stdout stays data. */
export async function ask(shell: Shell, question: string): Promise<string> {
  if (!shell.interactive) throw usage(`${question.trim()} is needed, and there is no terminal to ask on.`)
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('SIGINT', () => reject(interrupted()))
      lines.once('close', () => reject(interrupted()))
      lines.question(question).then(resolve, reject)
    })
  } finally {
    lines.close()
  }
}

/** Reads without echo: raw mode, so that not even the length is shown. */
export async function askSecret(shell: Shell, question: string): Promise<string> {
  if (!shell.interactive) throw usage('A password is needed, and there is no terminal to ask on. Use --password-stdin.')
  const { stdin } = process
  // First no echo, then the question: who types at once must not be seen either.
  stdin.setRawMode(true)
  process.stderr.write(question)
  stdin.resume()
  stdin.setEncoding('utf8')
  try {
    return await new Promise<string>((resolve, reject) => {
      let typed = ''
      const onData = (chunk: string): void => {
        for (const key of chunk) {
          if (key === '\r' || key === '\n' || key === '\u0004') {
            stdin.off('data', onData)
            resolve(typed)
            return
          }
          if (key === '\u0003') {
            stdin.off('data', onData)
            reject(interrupted())
            return
          }
          if (key === '\u007F' || key === '\b') typed = Array.from(typed).slice(0, -1).join('')
          else if (key === '\u0015') typed = ''
          else if (key >= ' ') typed += key
        }
      }
      stdin.on('data', onData)
    })
  } finally {
    stdin.setRawMode(false)
    stdin.pause()
    process.stderr.write('\n')
  }
}

let lines: string[] | null = null

/** The next line of standard input; with several secrets, one line each. */
export async function secretFromStdin(): Promise<string> {
  if (lines === null) {
    let text = ''
    process.stdin.setEncoding('utf8')
    for await (const chunk of process.stdin) text += String(chunk)
    lines = text.split(/\r?\n/)
  }
  const line = lines.shift()
  if (!line) throw usage('--password-stdin was given, but standard input had no password. Pipe one in, a line each.')
  return line
}

/** Asks before something is done. Without a terminal it refuses: silence is not consent. */
export async function confirm(shell: Shell, question: string, yes: boolean | undefined): Promise<void> {
  if (yes) return
  if (!shell.interactive) throw usage('This asks first, and there is no terminal to ask on. Add --yes to go ahead.')
  const answer = await ask(shell, `${question} [y/N] `)
  if (!/^y(es)?$/i.test(answer.trim())) throw new Complaint('failed', 'NOT_DONE', 'Nothing was changed.')
}
