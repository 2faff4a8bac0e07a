// There are two readers of NAME=value files, because they answer to two masters. That of stacks (env-file.ts) reads as Compose
// does: `NAME: value`, bare names taken from the variables, `$` expanded. A config is where values come from, so here `$` is a
// plain character (a password may hold it), and the place of each value in the text is kept: it can be masked and changed there.

export interface EnvEntry {
  readonly key: string
  readonly value: string
  /** Counted from 1. */
  readonly line: number
  /** Offsets of the value as written, with its quotes. */
  readonly start: number
  readonly end: number
  /** Offsets of the whole statement, with the line break that ends it. */
  readonly from: number
  readonly to: number
}
export interface TextProblem {
  readonly key: string
  readonly line: number | null
  /** Never holds a value. */
  readonly message: string
  readonly severity: 'error' | 'warning'
}
export interface EnvText {
  readonly entries: readonly EnvEntry[]
  readonly problems: readonly TextProblem[]
}

export const keyPattern = /^[A-Za-z_][A-Za-z0-9_.-]*$/
const assignment = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=[ \t]*/
const unescaped: Record<string, string> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$' }
const escaped: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '"': '\\"', '\\': '\\\\', $: '\\$' }

/** From the opening quote on; `end` is past the closing one. null when it never closes. */
function readQuoted(text: string, start: number): { value: string; end: number } | null {
  const quote = text[start]
  let value = ''
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at]!
    if (char === quote) return { value, end: at + 1 }
    // A file with CRLF has them inside its values too; the value means a line break.
    if (char === '\r' && text[at + 1] === '\n') continue
    if (char === '\\' && quote === '"' && at + 1 < text.length) {
      const next = text[++at]!
      value += unescaped[next] ?? `\\${next}`
    } else value += char
  }
  return null
}

const lineEnd = (text: string, from: number): { content: number; next: number } => {
  const at = text.indexOf('\n', from)
  if (at === -1) return { content: text.length, next: text.length }
  return { content: at > from && text[at - 1] === '\r' ? at - 1 : at, next: at + 1 }
}

/**
 * Lines of NAME=value: comments, `export`, single quotes (as it is), double quotes (escapes), both over several lines, a comment
 * after ` #`, CRLF and a byte order mark. The last of two lines of one name counts, and both are told.
 */
export function readEnv(text: string): EnvText {
  const entries: EnvEntry[] = []
  const problems: TextProblem[] = []
  const seen = new Map<string, number>()
  let line = 1
  for (let from = text.startsWith('\uFEFF') ? 1 : 0; from < text.length;) {
    const { content, next } = lineEnd(text, from)
    const here = text.slice(from, content)
    const number = line
    const tell = (key: string, message: string, severity: TextProblem['severity'] = 'error', at = number): void =>
      void problems.push({ key, line: at, message, severity })
    line++
    if (/^\s*(#|$)/.test(here)) {
      from = next
      continue
    }
    const found = assignment.exec(here)
    const key = found?.[1]
    if (found === null || key === undefined) {
      tell('', 'This line is not NAME=value. Start it with # if it is a comment.')
      from = next
      continue
    }
    const start = from + found[0].length
    const quote = text[start]
    let to = next
    let entry: Pick<EnvEntry, 'value' | 'end'>
    if (start < content && (quote === '"' || quote === "'")) {
      const read = readQuoted(text, start)
      if (read === null) {
        tell(key, `The value of ${key} has a ${quote} that is not closed. Close it, or put the value in other quotes.`)
        break
      }
      const rest = lineEnd(text, read.end)
      line = number + text.slice(from, rest.next).split('\n').length - 1
      if (!/^\s*(#|$)/.test(text.slice(read.end, rest.content)))
        tell(key, `After the closing quote of ${key} only a comment may follow.`)
      to = rest.next
      entry = read
    } else {
      const rest = text.slice(start, content)
      const value = rest.replace(/(?:^|\s)#.*$/, '').trimEnd()
      if (rest.startsWith('#'))
        tell(
          key,
          `${key} is empty: what follows # is a comment. Put the value in quotes if it starts with #.`,
          'warning',
        )
      entry = { value, end: start + value.length }
    }
    const statement = from
    from = to
    const before = seen.get(key)
    if (before !== undefined)
      tell(key, `${key} is set in line ${before} already. This one counts; remove one of them.`, 'warning')
    seen.set(key, number)
    if (key === '__proto__') tell(key, '__proto__ cannot be a name. Choose another.')
    else entries.push({ key, ...entry, line: number, start, from: statement, to })
  }
  return { entries, problems }
}

/** A value as it is written after `=`: bare where that is safe in every dialect, else in single quotes, else in double quotes. */
export function printEnvValue(value: string): string {
  if (/^[A-Za-z0-9_./:@%+,=?&~^*[\]-]*$/.test(value)) return value
  if (!/['\n\r]/.test(value)) return `'${value}'`
  return `"${value.replace(/[\n\r\t"\\$]/g, (char) => escaped[char] ?? char)}"`
}

export const printEnv = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([key, value]) => `${key}=${printEnvValue(value)}\n`)
    .join('')

/** The text with these values changed, added at its end or taken out; every other line, comment and line break stays as it is. */
export function editEnv(text: string, set: Readonly<Record<string, string>>, unset: readonly string[]): string {
  const gone = new Set(unset)
  const { entries } = readEnv(text)
  const last = new Map(entries.map((entry) => [entry.key, entry]))
  let out = text
  for (const entry of entries.toReversed()) {
    if (gone.has(entry.key)) out = out.slice(0, entry.from) + out.slice(entry.to)
    else if (last.get(entry.key) === entry && Object.hasOwn(set, entry.key) && set[entry.key] !== entry.value)
      out = out.slice(0, entry.start) + printEnvValue(set[entry.key]!) + out.slice(entry.end)
  }
  const eol = /\r\n/.test(text) ? '\r\n' : '\n'
  const added = Object.entries(set).filter(([key]) => !last.has(key) || gone.has(key))
  if (added.length > 0 && out !== '' && out !== '\uFEFF' && !out.endsWith('\n')) out += eol
  return out + added.map(([key, value]) => `${key}=${printEnvValue(value)}${eol}`).join('')
}
