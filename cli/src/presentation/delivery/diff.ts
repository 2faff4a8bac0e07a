import { type Look, type Paint, paint } from '../look.ts'
import { cleanLog } from '../width.ts'

function colorOf(line: string): Paint | undefined {
  if (line.startsWith('+++') || line.startsWith('---')) return 'bold'
  if (line.startsWith('@@')) return 'cyan'
  if (line.startsWith('+')) return 'green'
  if (line.startsWith('-')) return 'red'
  return line.startsWith(' ') ? undefined : 'dim'
}

/** A unified diff with its colours; what steers a terminal is taken out. Ends with a newline, or is empty. */
export function diffText(diff: string, look: Look): string {
  const text = diff.trimEnd()
  if (text === '') return ''
  return `${text
    .split('\n')
    .map((line) => paint(cleanLog(line.replace(/\r$/, ''), false), colorOf(line), look))
    .join('\n')}\n`
}

export interface Change {
  readonly key: string
  readonly before: string | null
  readonly after: string | null
}

const shown = (value: string): string => (value === '' ? '(empty)' : JSON.stringify(value).slice(1, -1))

/** Values before and after, a line each. The values of secrets are not to be handed in. */
export const changesText = (changes: readonly Change[], look: Look): string =>
  changes
    .map(({ key, before, after }) => {
      if (before === null) return paint(`+ ${key}  ${shown(after ?? '')}`, 'green', look)
      if (after === null) return paint(`- ${key}  ${shown(before)}`, 'red', look)
      const arrow = look.unicode ? '→' : '->'
      return `${paint('~', 'yellow', look)} ${key}  ${paint(shown(before), 'red', look)} ${arrow} ${paint(shown(after), 'green', look)}`
    })
    .map((line) => `  ${line}\n`)
    .join('')
