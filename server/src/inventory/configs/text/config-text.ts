import { isAlias, isMap, isScalar, LineCounter, parseDocument, stringify } from 'yaml'
import { editEnv, keyPattern, printEnv, readEnv, type TextProblem } from './env-text.ts'

export type Format = 'env' | 'json' | 'yaml'
export interface ConfigText {
  readonly format: Format
  /** In the order of the text. */
  readonly values: Readonly<Record<string, string>>
  /** Line of each key, counted from 1. */
  readonly lines: ReadonlyMap<string, number>
  readonly problems: readonly TextProblem[]
}

const record = (entries: Iterable<readonly [string, string]>): Record<string, string> => Object.fromEntries(entries)

export function tellFormat(text: string): Format {
  const first = text.replace(/^\uFEFF/, '').trimStart()
  if (first.startsWith('{')) return 'json'
  const lines = text.split('\n').filter((line) => !/^\s*(#|$)/.test(line))
  const yaml = lines.findIndex((line) => /^\s*(---\s*$|["']?[A-Za-z_][\w.-]*["']?\s*:(\s|$))/.test(line))
  const env = lines.findIndex((line) => /^\s*(export\s+)?[A-Za-z_][\w.-]*\s*=/.test(line))
  return yaml !== -1 && (env === -1 || yaml < env) ? 'yaml' : 'env'
}

export function formatOfPath(path: string): Format {
  if (/[.]json$/i.test(path)) return 'json'
  return /[.]ya?ml$/i.test(path) ? 'yaml' : 'env'
}

function readFlat(text: string, format: 'json' | 'yaml'): ConfigText {
  const values: [string, string][] = []
  const lines = new Map<string, number>()
  const problems: TextProblem[] = []
  const counter = new LineCounter()
  const tell = (key: string, line: number | null, message: string): void =>
    void problems.push({ key, line, message, severity: 'error' })
  const done = (): ConfigText => ({ format, values: record(values), lines, problems })
  const source = text.replace(/^\uFEFF/, '')
  if (source.trim() === '') return done()
  const document = parseDocument(source, { lineCounter: counter, prettyErrors: false, merge: false })
  for (const { pos, code } of document.errors) {
    const line = counter.linePos(pos[0]).line
    tell(
      '',
      line,
      code === 'DUPLICATE_KEY' ? 'This name is there twice. Keep one.' : `This is not ${format.toUpperCase()}.`,
    )
  }
  if (format === 'json' && problems.length === 0) {
    try {
      JSON.parse(source)
    } catch {
      tell('', null, 'This is not JSON: names and texts need double quotes, and the last entry no comma.')
    }
  }
  if (problems.length > 0) return done()
  if (!isMap(document.contents)) {
    if (document.contents !== null) tell('', 1, 'The text must be one map of names to values, such as DB_HOST: db.')
    return done()
  }
  for (const { key: name, value } of document.contents.items) {
    const key = isScalar(name) ? String(name.value) : ''
    const at = isScalar(name) && name.range ? counter.linePos(name.range[0]).line : null
    if (!keyPattern.test(key) || key === '__proto__')
      tell(key, at, `"${key}" is no name. Use letters, digits, _, . and -, not starting with a digit.`)
    else if (value === null) values.push([key, ''])
    else if (!isScalar(value) || isAlias(value))
      tell(key, at, `${key} holds more than one value. Values are flat: write a text, a number, true or false.`)
    else {
      // As it is written: 1.0 stays 1.0, and 007 is no number.
      const plain =
        typeof value.value === 'string'
          ? value.value
          : value.value === null
            ? ''
            : (value.source ?? JSON.stringify(value.value))
      values.push([key, plain])
    }
    if (at !== null) lines.set(key, at)
  }
  return done()
}

/** Reads .env, JSON or YAML; every value is a text. The format is told from the text unless given. */
export function readConfigText(text: string, given?: Format): ConfigText {
  const format = given ?? tellFormat(text)
  if (format !== 'env') return readFlat(text, format)
  const { entries, problems } = readEnv(text)
  return {
    format,
    values: record(entries.map(({ key, value }) => [key, value] as const)),
    lines: new Map(entries.map(({ key, line }) => [key, line])),
    problems,
  }
}

/** What `readConfigText` reads back as the same values. */
export function printConfigText(values: Readonly<Record<string, string>>, format: Format): string {
  if (format === 'json') return `${JSON.stringify(values, null, 2)}\n`
  if (format === 'env') return printEnv(values)
  // A block loses lines of spaces only, so what has several lines is quoted.
  return Object.keys(values).length === 0 ? '{}\n' : stringify(values, { lineWidth: 0, blockQuote: false })
}

/** The text with some values changed. Lines, order and comments that have nothing to do with them stay (JSON is written anew). */
export function editConfigText(
  text: string,
  format: Format,
  set: Readonly<Record<string, string>>,
  unset: readonly string[],
): string {
  if (format === 'env') return editEnv(text, set, unset)
  const { values } = readConfigText(text, format)
  const gone = new Set(unset)
  const changed = Object.entries(set).filter(([key, value]) => values[key] !== value || gone.has(key))
  if (changed.length === 0 && !unset.some((key) => key in values)) return text
  if (format === 'json') {
    const kept = Object.entries(values).filter(([key]) => !gone.has(key))
    return printConfigText(record([...kept, ...changed]), 'json')
  }
  const document = parseDocument(text)
  for (const key of unset) document.delete(key)
  for (const [key, value] of changed) document.set(key, value)
  return document.toString({ lineWidth: 0 })
}
