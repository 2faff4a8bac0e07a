import type { LogLine } from '@wheelhouse/contract'
import { type Look, type Paint, paint } from '../look.ts'
import { cleanLog } from '../width.ts'

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const

const hues = ['cyan', 'magenta', 'blue', 'green', 'yellow'] as const
/** Services that are shown together differ by colour as well as by name. */
export const hueOf = (index: number): Paint => hues[index % hues.length] ?? 'cyan'

const levelPaint: Partial<Record<string, Paint>> = {
  warn: 'yellow',
  error: 'red',
  fatal: 'red',
  debug: 'dim',
  trace: 'dim',
}

export interface LineOptions {
  readonly prefix?: { readonly text: string; readonly paint: Paint }
  readonly timestamps: boolean
}

/** One line for the terminal. A sentence of ours stands dimmed between dashes, so that nobody takes it for output. */
export function logLineText(line: LogLine, look: Look, options: LineOptions): string {
  const prefix = options.prefix
    ? `${paint(options.prefix.text, options.prefix.paint, look)} ${paint(look.unicode ? '│' : '|', 'dim', look)} `
    : ''
  const time = options.timestamps ? `${paint(line.at, 'dim', look)} ` : ''
  const text = cleanLog(line.text, look.color)
  if (line.stream === 'system') return `${prefix}${time}${paint(`${look.unicode ? '──' : '--'} ${text}`, 'dim', look)}`
  const colored = text.includes('\u001B') ? text : paint(text, levelPaint[line.level ?? ''], look)
  return `${prefix}${time}${colored}`
}
