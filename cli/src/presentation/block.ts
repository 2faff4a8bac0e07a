import { type Look, type Paint, paint } from './look.ts'
import { clean, widthOf } from './width.ts'

export type Field = readonly [label: string, value: string | null | undefined, paint?: Paint | undefined]

/** Labels to the left, values to the right; a field without a value is left out. */
export function fields(rows: readonly Field[], look: Look, indent = 2): string {
  const shown = rows.filter(([, value]) => value !== null && value !== undefined && value !== '')
  const label = Math.max(0, ...shown.map(([name]) => widthOf(name)))
  return shown
    .map(([name, value, color]) => {
      const pad = ' '.repeat(label - widthOf(name))
      return `${' '.repeat(indent)}${paint(name, 'dim', look)}${pad}  ${paint(clean(value ?? ''), color, look)}\n`
    })
    .join('')
}

export const heading = (text: string, look: Look): string => `\n${paint(text, 'bold', look)}\n`

/** Every line of `text` moved right. */
export const indented = (text: string, by = 2): string => text.replace(/^(?=.)/gm, ' '.repeat(by))
