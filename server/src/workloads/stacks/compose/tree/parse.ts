import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node as YamlNode,
  type Pair,
  parseAllDocuments,
  visit,
  type YAMLMap,
} from 'yaml'
import { indentContinued } from './continued-lines.ts'
import type { Path, Position, Problems } from '../../file/problems.ts'
import { Budget } from './budget.ts'
import { type Entry, list, mapping, type Node, scalar } from '../tree/node.ts'
import { readPlain } from './scalars.ts'

/** One document of a file. */
export interface Parsed {
  readonly root: Node
  /** Paths whose values in earlier files are taken away: those tagged !reset or !override. */
  readonly resets: readonly Path[]
}

const ownTags = new Set(['!reset', '!override'])
const textTags = new Set(['tag:yaml.org,2002:str', '!'])

interface Around {
  readonly problems: Problems
  readonly budget: Budget
  readonly file: string | null
}

/** Reads the documents of a text. Duplicate keys, unknown tags and aliases of nothing are told; what is then left is answered. */
export function parseYaml(text: string, around: Around): Parsed[] {
  const written = text.replace(/^\uFEFF/, '')
  const { problems, budget, file } = around
  budget.marks -= written.match(/[\n,[{]/g)?.length ?? 0
  if (budget.marks < 0) {
    const place = file === null ? null : { line: 1, column: 1, file }
    problems.at(place, [], `The file has more than 25000 lines and entries. Split it into several stacks.`)
    return []
  }
  let read: Read
  try {
    read = readDocuments(written)
    if (read.documents.some(isTooFarLeft)) {
      const indented = indentContinued(written)
      const again = indented && readDocuments(indented.text, indented.moved)
      // Where that was not all, people see what is wrong with what they wrote.
      if (again?.documents.every((document) => document.errors.length === 0)) read = again
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    problems.at(null, [], 'The file is nested too deeply.')
    return []
  }
  const { source, documents, lineOf } = read
  const at = (offset: number): Position => ({ ...lineOf(offset), file })
  return documents.map((document) => {
    for (const issue of [...document.errors, ...document.warnings]) {
      const words = source.slice(issue.pos[0], issue.pos[1])
      if (issue.code === 'TAG_RESOLVE_FAILED' && (ownTags.has(words) || words.startsWith('!!'))) continue
      if (issue.code === 'TAG_RESOLVE_FAILED')
        problems.at(at(issue.pos[0]), [], `not applied: the tag ${words}.`, 'warning')
      else problems.at(at(issue.pos[0]), [], `This is not YAML: ${issue.message}.`)
    }
    return new Converter(document, source, around, at).convert()
  })
}

interface Read {
  readonly source: string
  readonly documents: readonly Document.Parsed[]
  /** Where it stands in the text as it was written. */
  lineOf(offset: number): { line: number; column: number }
}

function readDocuments(source: string, moved: readonly number[] = []): Read {
  const counter = new LineCounter()
  // Our own check of duplicate keys is linear; the parser's is quadratic in the size of a map.
  const documents = parseAllDocuments(source, {
    version: '1.2',
    schema: 'failsafe',
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: counter,
  }) as readonly Document.Parsed[]
  return {
    source,
    documents,
    lineOf(offset) {
      const { line, col } = counter.linePos(offset)
      return { line, column: Math.max(1, col - (moved[line - 1] ?? 0)) }
    },
  }
}

const isTooFarLeft = ({ errors }: Document.Parsed): boolean =>
  errors.some(({ code }) => code === 'BAD_INDENT' || code === 'MISSING_CHAR')

class Converter {
  readonly #document: Document.Parsed
  readonly #source: string
  readonly #around: Around
  readonly #at: (offset: number) => Position
  readonly #targets = new Map<Alias, YamlNode>()
  readonly #resets: Path[] = []
  #full = false

  constructor(document: Document.Parsed, source: string, around: Around, at: (offset: number) => Position) {
    this.#document = document
    this.#source = source
    this.#around = around
    this.#at = at
    const anchors = new Map<string, YamlNode>()
    const targets = this.#targets
    visit(document, {
      Alias(_, alias) {
        const target = anchors.get(alias.source)
        if (target) targets.set(alias, target)
      },
      Value(_, node) {
        if (node.anchor) anchors.set(node.anchor, node)
      },
    })
  }

  convert(): Parsed {
    const root = this.#node(this.#document.contents, [], [], null) ?? scalar(null, null)
    return { root, resets: this.#resets }
  }

  #place(node: { range?: readonly number[] | null } | null | undefined): Position | null {
    return node?.range ? this.#at(node.range[0]!) : null
  }

  /** Undefined where the value is to be as if it were not written. */
  #node(node: unknown, path: Path, open: readonly YamlNode[], key: Position | null): Node | undefined {
    const { problems, budget } = this.#around
    const place = this.#place(node as YamlNode | null) ?? key
    if (--budget.nodes < 0 || path.length > Budget.depth) {
      if (!this.#full) problems.at(place, path, `The file expands to more than 50000 values or ${Budget.depth} levels.`)
      this.#full = true
      return undefined
    }
    if (isAlias(node)) {
      const target = this.#targets.get(node)
      if (target === undefined)
        problems.at(place, path, `There is no anchor &${node.source} before this *${node.source}.`)
      else if (open.includes(target)) problems.at(place, path, `*${node.source} refers to itself.`)
      else return this.#node(target, path, open, key)
      return undefined
    }
    const tag = (node as YamlNode | null)?.tag
    if (tag !== undefined && ownTags.has(tag)) {
      this.#resets.push(path)
      if (tag === '!reset') return undefined
    }
    if (isMap(node)) return mapping(this.#entries(node, path, [...open, node]), place)
    if (isSeq(node)) {
      const inside = [...open, node]
      const items: Node[] = []
      for (const [index, item] of node.items.entries()) {
        const read = this.#full ? undefined : this.#node(item, [...path, index], inside, null)
        if (read !== undefined) items.push(read)
      }
      return list(items, place)
    }
    if (!isScalar(node)) return scalar(null, place)
    const written = node.source ?? (typeof node.value === 'string' ? node.value : '')
    if (tag === 'tag:yaml.org,2002:binary') return scalar(Buffer.from(written, 'base64').toString(), place)
    // A tag of others leaves the text as it stands.
    const isText = textTags.has(tag ?? '') || (tag?.startsWith('!') === true && !ownTags.has(tag))
    if (node.type !== 'PLAIN' || isText) return scalar(written, place)
    const read = readPlain(written)
    if (typeof read.value === 'number' && !Number.isFinite(read.value))
      problems.at(place, path, `${written} is no number that a service can have. Put it in quotes to have it as text.`)
    const made = scalar(read.value, place, read.fraction)
    if (read.text !== undefined) return { ...made, text: read.text }
    return read.fraction ? { ...made, written } : made
  }

  #entries(map: YAMLMap, path: Path, open: readonly YamlNode[]): Map<string, Entry> {
    const { problems } = this.#around
    const own = new Map<string, Entry>()
    const merged = new Map<string, Entry>()
    const taken = new Set<string>()
    for (const pair of map.items as Pair<YamlNode, YamlNode | null>[]) {
      const key = isAlias(pair.key) ? (this.#targets.get(pair.key) ?? pair.key) : pair.key
      const place = this.#place(pair.key)
      if (!isScalar(key)) {
        problems.at(place, path, 'A key must be a plain word.')
        continue
      }
      const name = String(key.value)
      const isReset = pair.value?.tag === '!reset'
      if (map.flow && key.type === 'PLAIN' && this.#isGlued(key))
        problems.at(
          place,
          [...path, name],
          `A space is missing after ${name}:, so Compose takes the colon for a part of the name.`,
        )
      if (name === '<<' && key.type === 'PLAIN') {
        for (const part of this.#parts(pair.value, path)) {
          if (open.includes(part)) problems.at(place, path, 'This merge refers to itself.')
          else
            for (const [inner, found] of this.#entries(part, path, [...open, part]))
              if (!merged.has(inner)) merged.set(inner, found)
        }
      } else if (name === '__proto__') {
        problems.at(place, [...path, name], 'This key is not allowed.')
      } else if (taken.has(name) && !isReset) {
        problems.at(place, [...path, name], `${name} is there twice. Keep one.`)
      } else if (key.type === 'PLAIN' && typeof readPlain(name).value !== 'string') {
        problems.at(place, [...path, name], `A key must be text: put "${name}" in quotes.`)
      } else {
        if (!isReset) taken.add(name)
        const value = this.#full ? undefined : this.#node(pair.value, [...path, name], open, place)
        if (value !== undefined) own.set(name, { value, key: place })
      }
    }
    for (const [name, found] of merged) if (!own.has(name)) own.set(name, found)
    return own
  }

  /** Whether the colon after a key within braces stands right before what ends the entry. */
  #isGlued({ range }: YamlNode): boolean {
    return range ? /^:[,\]}]/.test(this.#source.slice(range[1], range[1] + 2)) : false
  }

  #parts(value: unknown, path: Path, inList = false): YAMLMap[] {
    const target = isAlias(value) ? this.#targets.get(value) : value
    if (isMap(target)) return [target]
    if (isSeq(target) && !inList) return target.items.flatMap((item) => this.#parts(item, path, true))
    this.#around.problems.at(
      this.#place(value as YamlNode | null),
      path,
      'A merge key << takes a map or a list of maps.',
    )
    return []
  }
}
