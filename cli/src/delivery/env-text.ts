import { usage } from '../failure.ts'

export interface EnvLine {
  readonly key: string
  readonly value: string
  readonly comment?: string | null
}

const plain = /^[A-Za-z0-9_./:@%+,=?&;*!~()[\]{} -]*$/

/** The value as it can be read again: bare, in quotes, or over several lines in them. Null: it holds every kind of quote. */
export function quotedValue(value: string): string | null {
  if (plain.test(value) && value === value.trim()) return value
  for (const quote of ["'", '`']) if (!value.includes(quote)) return quote + value + quote
  // Between double quotes \n is a line end, so a value with a backslash of its own would not come back as it was.
  return value.includes('"') || value.includes('\\') ? null : `"${value}"`
}

/** KEY=value lines with the help of each above it. */
export function writeEnv(lines: readonly EnvLine[], head: readonly string[]): string {
  const parts = lines.map(({ key, value, comment }) => {
    const help = comment
      ? comment
          .split('\n')
          .map((line) => `# ${line}\n`)
          .join('')
      : ''
    const quoted = quotedValue(value)
    if (quoted !== null) return `${help}${key}=${quoted}\n`
    return `${help}# ${key} holds quotes of every kind: change it with wh config set ${key}=-\n${key}=[unchanged]\n`
  })
  return `${head.map((line) => `# ${line}\n`).join('')}\n${parts.join('\n')}`
}

const lineOf = (text: string, at: number): number => text.slice(0, at).split('\n').length

/** What stands after the end of a quoted value may only be a comment. */
const tail = /[ \t]*(#[^\n]*)?(\n|$)/y

/** Reads KEY=value lines; quotes may hold line ends, `=` and `#`. What is none is refused with its line. */
export function readEnv(source: string): { values: Map<string, string>; lines: Map<string, number> } {
  const text = source.replace(/^\uFEFF/, '').replace(/\r\n/g, '\n')
  const values = new Map<string, string>()
  const lines = new Map<string, number>()
  let at = 0
  while (at < text.length) {
    const end = text.indexOf('\n', at) === -1 ? text.length : text.indexOf('\n', at)
    const line = text.slice(at, end)
    if (/^\s*(#|$)/.test(line)) {
      at = end + 1
      continue
    }
    const head = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=[ \t]*/.exec(line)
    const number = lineOf(text, at)
    if (!head) throw usage(`Line ${number} is not KEY=value.`)
    const key = head[1] ?? ''
    if (values.has(key)) throw usage(`Line ${number}: ${key} stands there twice.`)
    const begin = at + head[0].length
    const quote = text[begin] ?? ''
    lines.set(key, number)
    if (quote === "'" || quote === '"' || quote === '`') {
      const close = text.indexOf(quote, begin + 1)
      if (close === -1) throw usage(`Line ${number}: the quote of ${key} does not end.`)
      tail.lastIndex = close + 1
      const rest = tail.exec(text)
      if (!rest) throw usage(`Line ${number}: there is text after the quote of ${key}.`)
      const inside = text.slice(begin + 1, close)
      values.set(key, quote === '"' ? inside.replaceAll('\\n', '\n') : inside)
      at = tail.lastIndex
      continue
    }
    // A # that stands apart begins a comment, one inside a word belongs to it.
    values.set(
      key,
      text
        .slice(begin, end)
        .replace(/(^|\s)#.*$/, '')
        .trim(),
    )
    at = end + 1
  }
  return { values, lines }
}
