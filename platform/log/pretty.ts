import { styleText } from 'node:util'

const names: Record<number, string> = { 20: 'debug', 30: 'info ', 40: 'warn ', 50: 'error' }
const colours = { 20: 'gray', 30: 'green', 40: 'yellow', 50: 'red' } as const

/** One JSON log line as a line for a person: time, level, message, then `name=value`; a stack comes below, indented. */
export function prettyLine(line: string, colour: boolean): string {
  let record: Record<string, unknown>
  try {
    record = JSON.parse(line) as Record<string, unknown>
  } catch {
    return line
  }
  const { time, level, msg, ...fields } = record
  const paint = (style: Parameters<typeof styleText>[0], text: string): string =>
    colour ? styleText(style, text, { validateStream: false }) : text
  const clock = typeof time === 'string' ? time.slice(11, 23) : ''
  const name = names[Number(level)] ?? String(level)
  const stacks: string[] = []
  const rest = Object.entries(fields).map(([key, value]) => `${paint('cyan', key)}=${shown(value, stacks)}`)
  const head = [
    paint('gray', clock),
    paint(colours[Number(level) as 30] ?? 'gray', name),
    typeof msg === 'string' ? msg : '',
    ...rest,
  ]
  const below = stacks.map((stack) => `\n${stack.replaceAll(/^/gm, '    ')}`).join('')
  return `${head.join(' ')}${below}\n`
}

function shown(value: unknown, stacks: string[]): string {
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)
  if (typeof value === 'object' && value !== null && 'stack' in value && typeof value.stack === 'string') {
    stacks.push(value.stack)
    return JSON.stringify('message' in value ? value.message : 'error')
  }
  return JSON.stringify(value) ?? 'undefined'
}
