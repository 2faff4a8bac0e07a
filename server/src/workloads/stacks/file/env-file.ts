import type { Variables } from './interpolation.ts'
import { substitute } from './substitute.ts'

export interface EnvFile {
  readonly values: ReadonlyMap<string, string>
  /** Lines count from 1. Messages never hold a value. */
  readonly problems: readonly { readonly line: number; readonly message: string }[]
}

const assignment = /^\s*(?:export\s+)?([\p{L}\p{N}_.[\]-]+)\s*[=:][ \t]*/u
const bare = /^\s*(?:export\s+)?([\p{L}\p{N}_.[\]-]+)\s*$/u
const maxChars = 8_000_000
const escaped = /\\(?:([abfnrtv$"\\])|0([0-7]{3}))/g
// An escaped dollar must outlive the expansion of variables that follows.
const escapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  $: '$$',
}
const unescape = (value: string): string =>
  value.replace(escaped, (_, char: string | undefined, octal: string | undefined) =>
    char === undefined ? String.fromCharCode(Number.parseInt(octal ?? '0', 8) % 256) : (escapes[char] ?? char),
  )

/**
 * An env_file as Compose reads it: comments, `export`, `=` or `:`, single quotes (as it is), double quotes (escapes, variables),
 * both over several lines, ` #` starting a comment after an unquoted value, CRLF and a byte order mark. `raw` takes every value as it stands.
 */
export function parseEnvFile(text: string, variables: Variables, raw = false): EnvFile {
  const values = new Map<string, string>()
  const problems: { line: number; message: string }[] = []
  // One record that grows: a new one for each line would take the square of the file.
  const known: Record<string, string> = Object.assign(Object.create(null) as Record<string, string>, variables)
  let chars = 0
  const set = (name: string, value: string): void => {
    chars += value.length
    values.set(name, value)
    if (!Object.hasOwn(variables, name)) known[name] = value
  }
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)
  const expand = (value: string, line: number): string => {
    if (!value.includes('$')) return value
    const result = substitute(value, (name) => (Object.hasOwn(known, name) ? known[name] : undefined))
    if (result.error !== null) problems.push({ line, message: result.error })
    return result.value
  }
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!
    const number = index + 1
    if (chars > maxChars) {
      problems.push({ line: number, message: `With its variables the file holds more than ${maxChars} characters.` })
      return { values, problems }
    }
    if (/^\s*(#|$)/.test(line)) continue
    const found = assignment.exec(line)
    if (!found) {
      const name = bare.exec(line)?.[1]
      // A name alone takes its value from the variables, and is left out when there is none.
      if (name === undefined) problems.push({ line: number, message: 'This line is not NAME=value.' })
      else if (Object.hasOwn(variables, name)) set(name, variables[name]!)
      continue
    }
    const name = found[1]!
    const rest = line.slice(found[0].length)
    const quote = rest[0]
    if (raw) {
      set(name, rest)
    } else if (quote === '"' || quote === "'") {
      const read = readQuoted(lines, index, found[0].length + 1, quote)
      if (read === null) {
        problems.push({ line: number, message: `The value of ${name} has a ${quote} that is not closed.` })
        return { values, problems }
      }
      set(name, quote === '"' ? expand(unescape(read.value), number) : read.value)
      index += read.lines
      // What follows the quote counts as a line of its own.
      if (/^\s*(#|$)/.test(read.after)) continue
      if (assignment.test(read.after) || bare.test(read.after)) {
        lines[index] = read.after
        index--
      } else
        problems.push({ line: index + 1, message: `After the closing quote of ${name} only a comment may follow.` })
    } else {
      set(name, expand(rest.replace(/ #.*$/, '').trimEnd(), number))
    }
  }
  return { values, problems }
}

/** From the character after the opening quote to the closing one; `lines` counts the line breaks passed. null when it never closes. */
function readQuoted(
  all: readonly string[],
  first: number,
  start: number,
  quote: string,
): { value: string; after: string; lines: number } | null {
  let value = ''
  for (let index = first; index < all.length; index++) {
    const line = all[index]!
    for (let at = index === first ? start : 0; at < line.length; at++) {
      const char = line[at]!
      if (char === quote) return { value, after: line.slice(at + 1), lines: index - first }
      if (char === '\\' && at + 1 < line.length) {
        const next = line[++at]!
        value += next === quote ? next : `\\${next}`
      } else value += char
    }
    value += '\n'
  }
  return null
}
