import type { Place } from './place.ts'
import type { Path } from './schema.ts'

interface Entry {
  readonly column: number
  /** null is the dash of a list. */
  readonly name: string | null
}

const keyPattern = /^("[^"]*"|'[^']*'|[^\s:#'"{}[\],&*!|>%@`-][^:#]*|-[^\s:#][^:#]*)\s*:(?=\s|$)/
const bare = (key: string): string => key.trim().replace(/^(["'])(.*)\1$/, '$2')

/** The dashes and the key that a line begins with. Empty for a blank line, a comment, or text. */
function entriesOf(line: string): Entry[] {
  const entries: Entry[] = []
  let column = line.length - line.trimStart().length
  let rest = line.slice(column)
  if (rest.startsWith('#')) return []
  for (let dash = /^-(\s+|$)/.exec(rest); dash; dash = /^-(\s+|$)/.exec(rest)) {
    entries.push({ column, name: null })
    column += dash[0].length
    rest = rest.slice(dash[0].length)
  }
  const key = keyPattern.exec(rest)?.[1]
  return key === undefined ? entries : [...entries, { column, name: bare(key) }]
}

/** What the lines above say a position at this column is inside of; null inside a block of text. */
function parents(above: readonly string[], column: number, isItem: boolean): Path | null {
  const path: (string | null)[] = []
  let [edge, item] = [column, isItem]
  for (const line of above.toReversed()) {
    for (const { column: at, name } of entriesOf(line).toReversed()) {
      // The dashes of a list may stand right below its key.
      if (at > edge || (at === edge && !(item && name !== null))) continue
      if (name !== null && /:\s*[|>][-+0-9]*\s*(#.*)?$/.test(line)) return null
      path.unshift(name)
      edge = at
      item = name === null
    }
    if (edge === 0 && !item) break
  }
  return path
}

function siblings(above: readonly string[], below: readonly string[], column: number): Set<string> {
  const found = new Set<string>()
  const take = (line: string): boolean => {
    const entries = entriesOf(line)
    for (const entry of entries) if (entry.column === column && entry.name !== null) found.add(entry.name)
    return entries.some((entry) => entry.column < column)
  }
  above.toReversed().some(take)
  for (const line of below) {
    if ((entriesOf(line)[0]?.column ?? column) < column) break
    take(line)
  }
  return found
}

/** The place at the end of text that began with a brace or a bracket; null when all of them are closed. */
function inFlow(text: string, base: Path): Place | null {
  const open: { list: boolean; key: string | null; keys: Set<string> }[] = []
  let word = ''
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] ?? ''
    const top = open.at(-1)
    if (sign === '"' || sign === "'") {
      const end = text.indexOf(sign, at + 1)
      if (end < 0) return null
      word += text.slice(at, end + 1)
      at = end
    } else if (sign === '{' || sign === '[') {
      open.push({ list: sign === '[', key: null, keys: new Set() })
      word = ''
    } else if (sign === '}' || sign === ']') {
      open.pop()
      word = ''
    } else if (sign === ',') {
      if (top) top.key = null
      word = ''
    } else if (sign === ':' && top && !top.list && /^(\s|$)/.test(text.slice(at + 1))) {
      top.key = bare(word)
      top.keys.add(top.key)
      word = ''
    } else word += sign
  }
  const top = open.at(-1)
  if (!top || /\s#/.test(word)) return null
  const outer = open.slice(0, -1).map(({ list, key }) => (list ? null : key))
  const path = [...base, ...outer]
  const rest = { word: word.trimStart(), present: top.keys, flow: true }
  if (top.list) return { path: [...path, null], kind: 'value', ...rest }
  return top.key === null ? { path, kind: 'key', ...rest } : { path: [...path, top.key], kind: 'value', ...rest }
}

/** What is being written at a line (from 0) and a column of a YAML text; null where nothing can be told. */
export function yamlPlace(lines: readonly string[], lineIndex: number, column: number): Place | null {
  const before = (lines[lineIndex] ?? '').slice(0, column)
  const above = lines.slice(0, lineIndex)
  const [, space = '', dashes = '', rest = ''] = /^( *)((?:- +)*)(.*)$/.exec(before) ?? []
  const first = space.length
  const at = first + dashes.length
  const items = dashes.split('').flatMap((sign) => (sign === '-' ? [null] : []))
  const outer = parents(above, first, items.length > 0)
  if (outer === null || /^#|\s#/.test(rest)) return null
  const path = [...outer, ...items]
  const key = keyPattern.exec(rest)
  const value = key ? rest.slice(key[0].length) : rest
  const inner = key ? [...path, bare(key[1] ?? '')] : path
  const text = value.trimStart()
  if (/^[[{]/.test(text)) return inFlow(text, inner)
  if (key && value === '') return null
  const present = siblings(items.length > 0 ? [] : above, lines.slice(lineIndex + 1), at)
  return { path: inner, kind: key ? 'value' : 'key', word: text, present, flow: false }
}
