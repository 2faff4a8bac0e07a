import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml'
import { didYouMean } from './nearest.ts'
import { interpolate, type Variables } from './interpolation.ts'
import { type Path, pathKey, type Position, type Problems } from './problems.ts'

const maxNodes = 50_000
const maxDepth = 60
const maxExpandedChars = 8_000_000
/** The parser takes some 30 µs for each entry and nothing else happens meanwhile. */
const maxMarks = 25_000

/** A file as plain values, aliases and merge keys resolved, variables put in. */
export interface Tree {
  readonly value: unknown
  /** A scalar as it is written (1.10 stays 1.10) with variables put in; null for anything else. */
  text(path: Path): string | null
}

interface Source {
  readonly value: unknown
  readonly key: Node | null
}

/**
 * Reads YAML 1.2 and tells `problems` where each value stands. Duplicate keys, unknown tags and several documents are errors.
 * Aliases may expand to 50,000 values at most. Keys below an `x-` key are neither checked nor interpolated.
 */
export function readTree(source: string, variables: Variables, problems: Problems): Tree {
  const counter = new LineCounter()
  const texts = new Map<string, string>()
  const told = new Set<string>()
  const position = (node: { range?: readonly number[] | null } | null | undefined): Position | undefined => {
    if (!node?.range) return undefined
    const { line, col } = counter.linePos(node.range[0]!)
    return { line, column: col }
  }
  if ((source.match(/[\n,[{]/g)?.length ?? 0) > maxMarks) {
    problems.at(null, [], `The file has more than ${maxMarks} lines and entries. Split it into several stacks.`)
    return { value: null, text: () => null }
  }
  const parsed = parse(source, counter, problems)
  if (!parsed) return { value: null, text: () => null }
  const { root, targets } = parsed
  let nodes = 0
  let bomb = false
  let expandedChars = 0

  const scalar = (value: unknown, written: string | undefined, path: Path, raw: boolean): unknown => {
    const typed = typeof value === 'bigint' ? Number(value) : value
    if (typeof typed !== 'string') {
      if (typed !== null) texts.set(pathKey(path), written ?? JSON.stringify(typed))
      return typed ?? null
    }
    if (raw || !typed.includes('$')) {
      texts.set(pathKey(path), typed)
      return typed
    }
    const result = interpolate(typed, variables)
    if (result.error !== null) problems.error(path, result.error)
    for (const name of result.unset) {
      if (told.has(name) || problems.full) continue
      told.add(name)
      const near = didYouMean(name, Object.keys(variables))
      problems.warn(path, `The variable ${name} is not set, so it is empty.${near}`)
    }
    expandedChars += result.value.length
    if (expandedChars > maxExpandedChars) {
      if (!bomb) problems.error(path, `With its variables the file holds more than ${maxExpandedChars} characters.`)
      bomb = true
      return null
    }
    texts.set(pathKey(path), result.value)
    return result.value
  }

  const entries = (map: YAMLMap, path: Path, open: readonly Node[]): Map<string, Source> => {
    const own = new Map<string, Source>()
    const merged = new Map<string, Source>()
    nodes += map.items.length
    if (nodes > maxNodes) return own
    for (const pair of map.items as Pair<Node, Node | null>[]) {
      const key = pair.key
      const name = isScalar(key) ? (key.source ?? String(key.value)) : null
      if (name === null) {
        problems.at(position(key) ?? null, path, 'A key must be a plain word.')
      } else if (name === '<<' && isScalar(key) && key.type === 'PLAIN') {
        for (const part of mergeSources(pair.value, path)) {
          if (open.includes(part)) problems.error(path, 'This merge refers to itself.')
          else
            for (const [inner, found] of entries(part, path, [...open, part]))
              if (!merged.has(inner)) merged.set(inner, found)
        }
      } else if (name === '__proto__') {
        problems.at(position(key) ?? null, [...path, name], 'This key is not allowed.')
      } else if (own.has(name)) {
        problems.at(position(key) ?? null, [...path, name], `${name} is there twice. Keep one.`)
      } else {
        own.set(name, { value: pair.value, key })
      }
    }
    for (const [name, found] of merged) if (!own.has(name)) own.set(name, found)
    return own
  }
  const mergeSources = (value: unknown, path: Path): YAMLMap[] => {
    const target = isAlias(value) ? targets.get(value) : value
    if (isMap(target)) return [target]
    if (isSeq(target)) return target.items.flatMap((item) => (isSeq(item) ? [] : mergeSources(item, path)))
    problems.error([...path, '<<'], 'A merge key << takes a map or a list of maps.')
    return []
  }

  const convert = (node: unknown, path: Path, open: readonly Node[], raw: boolean, key?: Node | null): unknown => {
    const at = position(node as Node | null) ?? position(key)
    if (at) problems.locate(path, at, position(key))
    if (++nodes > maxNodes || path.length > maxDepth) {
      if (!bomb) problems.error(path, `The file expands to more than ${maxNodes} values or ${maxDepth} levels.`)
      bomb = true
      return null
    }
    if (isAlias(node)) {
      const target = targets.get(node)
      if (target === undefined) problems.error(path, `There is no anchor &${node.source} before this *${node.source}.`)
      else if (open.includes(target)) problems.error(path, `*${node.source} refers to itself.`)
      else return convert(target, path, open, raw, key)
      return null
    }
    if (isMap(node)) {
      const inside = [...open, node]
      const found = [...entries(node, path, inside)]
      return Object.fromEntries(
        found.map(([name, { value, key: at }]) => [
          name,
          bomb ? null : convert(value, [...path, name], inside, raw || name.startsWith('x-'), at),
        ]),
      )
    }
    if (isSeq(node)) {
      const inside = [...open, node]
      return node.items.map((item, index) => (bomb ? null : convert(item, [...path, index], inside, raw)))
    }
    return isScalar(node) ? scalar(node.value, node.source, path, raw) : null
  }
  return { value: convert(root, [], [], false), text: (path) => texts.get(pathKey(path)) ?? null }
}

interface Parsed {
  readonly root: Node | null
  /** The node each alias stands for: the last one before it with that anchor. */
  readonly targets: ReadonlyMap<Alias, Node>
}

function parse(source: string, counter: LineCounter, problems: Problems): Parsed | null {
  try {
    // Our own check of duplicate keys is linear; the parser's is quadratic in the size of a map.
    const document = parseDocument(source.replace(/^\uFEFF/, ''), {
      version: '1.2',
      schema: 'core',
      merge: false,
      uniqueKeys: false,
      prettyErrors: false,
      lineCounter: counter,
    })
    for (const issue of [...document.errors, ...document.warnings]) {
      const { line, col } = counter.linePos(issue.pos[0])
      const message =
        issue.code === 'MULTIPLE_DOCS'
          ? 'The file has more than one document (---). Keep one.'
          : issue.code === 'TAG_RESOLVE_FAILED'
            ? `This tag is not supported: ${source.slice(issue.pos[0], issue.pos[1])}.`
            : `This is not YAML: ${issue.message}.`
      problems.at({ line, column: col }, [], message)
    }
    const anchors = new Map<string, Node>()
    const targets = new Map<Alias, Node>()
    visit(document, {
      Alias(_, alias) {
        const target = anchors.get(alias.source)
        if (target) targets.set(alias, target)
      },
      Value(_, node) {
        if (node.anchor) anchors.set(node.anchor, node)
      },
    })
    return { root: document.contents as Node | null, targets }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    problems.at(null, [], 'The file is nested too deeply.')
    return null
  }
}
