import { readFileSync } from 'node:fs'
import { LineCounter, type Node, type Pair, isMap, isScalar, parseDocument } from 'yaml'
import type { SettingsDefinition } from './definition.ts'
import { suggestion } from './nearest.ts'
import type { RawValue } from './raw-value.ts'

/** The values of a YAML or JSON file (JSON is YAML): levels are joined by dots until they name a setting. */
export function readFile(definition: SettingsDefinition, path: string, problems: string[]): Map<string, RawValue> {
  const values = new Map<string, RawValue>()
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    problems.push(unreadable(path, error))
    return values
  }
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset)
    return `${path}:${line}:${col}`
  }
  // Only the first error of the grammar: those after it are mostly its echo.
  const [broken] = document.errors
  if (broken) {
    problems.push(`${place(broken.pos[0])}: ${broken.message.split('\n')[0]}`)
    return values
  }
  const root: unknown = document.contents
  if (root === null || (isScalar(root) && root.value === null)) return values
  if (!isMap(root)) {
    problems.push(`${path}:1:1: the file must hold names and values, such as "name: value".`)
    return values
  }
  const names = Object.keys(definition)
  const walk = (pairs: readonly Pair[], above: string): void => {
    for (const pair of pairs) {
      const keyNode = pair.key as Node
      const valueNode = pair.value as Node | null
      const name = above + String(isScalar(keyNode) ? keyNode.value : keyNode)
      const where = place((valueNode ?? keyNode).range?.[0] ?? 0)
      if (Object.hasOwn(definition, name))
        values.set(name, { value: valueNode?.toJS(document) ?? null, isText: false, where })
      else if (isMap(valueNode) && names.some((known) => known.startsWith(`${name}.`)))
        walk(valueNode.items, `${name}.`)
      else problems.push(`${place(keyNode.range?.[0] ?? 0)}: unknown key ${name}.${suggestion(name, names)}`)
    }
  }
  walk(root.items, '')
  return values
}

function unreadable(path: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOENT') return `The settings file ${path} is not there. Make it, or name another.`
  if (code === 'EACCES') return `The settings file ${path} may not be read by this user. Change its owner or mode.`
  return `The settings file ${path} cannot be read (${code ?? String(error)}).`
}
