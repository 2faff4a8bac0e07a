import type { Place } from './place.ts'

const envKey = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*=/

/** What is being written at a line (from 0) and a column of a .env text. */
export function envPlace(lines: readonly string[], lineIndex: number, column: number): Place | null {
  const before = (lines[lineIndex] ?? '').slice(0, column)
  if (before.trimStart().startsWith('#')) return null
  const present = new Set(lines.flatMap((line, i) => (i === lineIndex ? [] : (envKey.exec(line)?.[1] ?? []))))
  const key = envKey.exec(before)
  if (key) return { path: [key[1] ?? ''], kind: 'value', word: before.slice(key[0].length), present, flow: false }
  const word = /^\s*(?:export\s+)?([\w.-]*)$/.exec(before)?.[1]
  return word === undefined ? null : { path: [], kind: 'key', word, present, flow: false }
}

/** What is being written at the end of the beginning of a JSON text. A word is given with its opening quote. */
export function jsonPlace(before: string, after: string): Place | null {
  const open: { list: boolean; key: string | null; keys: Set<string> }[] = []
  let word = ''
  for (let at = 0; at < before.length; at++) {
    const sign = before[at] ?? ''
    const top = open.at(-1)
    if (sign === '"') {
      const text = /^"(?:[^"\\\n]|\\.)*"/.exec(before.slice(at))?.[0]
      word = text ?? before.slice(at)
      at += word.length - 1
    } else if (sign === '{' || sign === '[') {
      open.push({ list: sign === '[', key: null, keys: new Set() })
      word = ''
    } else if (sign === '}' || sign === ']') {
      open.pop()
      word = '}'
    } else if (sign === ',') {
      if (top) top.key = null
      word = ''
    } else if (sign === ':' && top) {
      top.key = word.replaceAll('"', '')
      top.keys.add(top.key)
      word = ''
    } else if (!/\s/.test(sign)) word += sign
  }
  const top = open.at(-1)
  if (!top || /^"(?:[^"\\]|\\.)*"$/.test(word) || word.startsWith('}')) return null
  const outer = open.slice(0, -1).map(({ list, key }) => (list ? null : key))
  // Only keys of the outermost mapping are looked for behind the position: sets of values have no other.
  const behind = open.length === 1 ? [...after.matchAll(/"([^"\\]+)"\s*:/g)].map((key) => key[1] ?? '') : []
  const rest = { word, present: new Set([...top.keys, ...behind]), flow: true }
  if (top.list) return { path: [...outer, null], kind: 'value', ...rest }
  return top.key === null
    ? { path: outer, kind: 'key', ...rest }
    : { path: [...outer, top.key], kind: 'value', ...rest }
}
