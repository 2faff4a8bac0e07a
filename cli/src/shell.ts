import { usage } from './failure.ts'
import { type Look, type Paint, paint } from './presentation/look.ts'

export type OutputForm = 'table' | 'wide' | 'json' | 'yaml' | 'name'
export const outputForms = ['table', 'wide', 'json', 'yaml', 'name'] as const

/** The flags every command takes. */
export interface Globals {
  output?: OutputForm
  headers?: boolean
  color?: 'auto' | 'always' | 'never'
  context?: string
  server?: string
  tokenFile?: string
}

/** The terminal or pipe around this run: data goes to stdout, talk to stderr. */
export interface Shell {
  readonly globals: Globals
  readonly out: Look
  readonly talk: Look
  /** Somebody is there to be asked. */
  readonly interactive: boolean
  /** Aborts at Ctrl-C. */
  readonly signal: AbortSignal
  write(text: string): void
  say(text: string, color?: Paint): void
}

const colors = (globals: Globals, stream: NodeJS.WriteStream): boolean => {
  if (globals.color === 'always') return true
  if (globals.color === 'never') return false
  if (process.env.NO_COLOR) return false
  if (process.env.FORCE_COLOR && process.env.FORCE_COLOR !== '0') return true
  return stream.isTTY && process.env.TERM !== 'dumb'
}

/** A console without UTF-8 gets ASCII; a pipe gets UTF-8, as JSON does. */
const utf8 = (stream: NodeJS.WriteStream): boolean => {
  if (!stream.isTTY) return true
  const locale = process.env.LC_ALL || process.env.LC_CTYPE || process.env.LANG || ''
  return /utf-?8/i.test(locale) || process.platform === 'win32' || (locale === '' && process.platform === 'darwin')
}

function lookOf(globals: Globals, stream: NodeJS.WriteStream): Look {
  return {
    color: colors(globals, stream),
    glyphs: stream.isTTY,
    unicode: utf8(stream),
    width: stream.isTTY ? Math.max(20, stream.columns) : null,
    now: Date.now(),
  }
}

export function shellOf(globals: Globals, signal: AbortSignal): Shell {
  if (globals.output !== undefined && !outputForms.includes(globals.output))
    throw usage(`-o takes ${outputForms.join(', ')}, not ${globals.output as string}.`)
  if (globals.color !== undefined && !['auto', 'always', 'never'].includes(globals.color))
    throw usage(`--color takes auto, always or never, not ${globals.color}.`)
  const talk = lookOf(globals, process.stderr)
  return {
    globals,
    signal,
    talk,
    // Read anew each time: a live view outlasts many sizes of its window and needs the clock of now.
    get out() {
      return lookOf(globals, process.stdout)
    },
    interactive: process.stdin.isTTY && process.stderr.isTTY,
    write: (text) => void process.stdout.write(text),
    say: (text, color) => void process.stderr.write(`${paint(text, color, talk)}\n`),
  }
}
