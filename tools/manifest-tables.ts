import { manifestJsonSchema, type Node } from '../server/src/workloads/stacks/manifest/json-schema.ts'

interface Row {
  readonly key: string
  readonly takes: string
  readonly meaning: string
}

/** What an editor's schema says of variables is left out: it is true of every value. */
const options = (node: Node): Node[] =>
  (node.anyOf ?? [node]).filter(({ pattern }) => pattern === undefined || !pattern.startsWith(String.raw`\$`))

const several: Readonly<Record<string, string>> = { text: 'texts', number: 'numbers', 'a map': 'maps' }

function takes(node: Node): string {
  const words = options(node).map((one): string => {
    if (one.anyOf) return takes(one)
    if (one.enum) return one.enum.map((value) => `\`${String(value)}\``).join(', ')
    if (one.const !== undefined) return `\`${JSON.stringify(one.const)}\``
    if (one.pattern?.includes('us|µs')) return 'duration'
    if (one.pattern?.includes('kKmM')) return 'size'
    if (one.items) return `list of ${several[takes(one.items)] ?? takes(one.items)}`
    if (one.properties) return 'a map'
    if (typeof one.additionalProperties === 'object') return 'a map by name'
    const types = Array.isArray(one.type) ? (one.type as string[]) : [one.type ?? 'any']
    if (types.length > 2) return 'text'
    return types.map((type) => ({ string: 'text', boolean: 'true, false', integer: 'number' })[type] ?? type).join(', ')
  })
  const told = [...new Set(words)]
  const short = told.includes('duration') ? told.filter((word) => word !== '`0`') : told
  const size = short.includes('size') ? ['size'] : short
  // Digits in quotes count as a number, which goes without saying.
  return (size.includes('number') ? size.filter((word) => word !== 'text') : size).join(', or ')
}

/** The map a value may be, or those of which it is a list or a map. */
function inside(node: Node): { readonly node: Node; readonly mark: string } | null {
  for (const one of options(node)) {
    if (one.properties) return { node: one, mark: '' }
    if (one.items && inside(one.items)) return { node: inside(one.items)!.node, mark: '[]' }
    if (typeof one.additionalProperties === 'object' && inside(one.additionalProperties))
      return { node: inside(one.additionalProperties)!.node, mark: '.<name>' }
  }
  return null
}

/** Keys that have a table of their own, by the words that stand in for their rows. */
const elsewhere: Readonly<Record<string, string>> = { health: '[below](#health-checks)' }

function rows(node: Node, before = ''): Row[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, value]): Row[] => {
    const within = inside(value)
    if (value.description === undefined) throw new Error(`${before}${key} has no description in the schema`)
    const needed = node.required?.includes(key) ? ' (needed)' : ''
    const row = { key: `${before}${key}`, takes: `${takes(value)}${needed}`, meaning: value.description }
    const other = elsewhere[key]
    if (other !== undefined) return [{ ...row, meaning: `${row.meaning}: ${other}` }]
    return [row, ...(within ? rows(within.node, `${before}${key}${within.mark}.`) : [])]
  })
}

/** The part of the manifest at a path of keys; of a list or a map by name, what it holds. */
function at(path: string): Node {
  const root = manifestJsonSchema() as Node
  return path.split('.').reduce((node, key) => {
    const next = node.properties?.[key]
    if (!next) throw new Error(`The manifest has no ${path}`)
    return inside(next)?.node ?? next
  }, root)
}

/** The rows of one table of the manual: all keys of the part, those inside them too. `top` is the manifest itself, not what is in it. */
export function tableOf(path: string): readonly Row[] {
  if (path !== 'top') return rows(at(path))
  return Object.entries((manifestJsonSchema() as Node).properties ?? {}).map(([key, value]) => {
    return { key, takes: takes(value), meaning: value.description ?? '' }
  })
}

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`)

/** Puts the tables into a page between `<!-- keys of x -->` and `<!-- /keys -->`. */
export function withTables(page: string): string {
  return page.replace(/<!-- keys of ([\w.]+) -->[^]*?<!-- \/keys -->/g, (_, path: string) => {
    const lines = tableOf(path).map(({ key, takes, meaning }) => `| \`${key}\` | ${cell(takes)} | ${cell(meaning)} |`)
    const table = ['| key | takes | meaning |', '| --- | --- | --- |', ...lines].join('\n')
    return `<!-- keys of ${path} -->\n\n${table}\n\n<!-- /keys -->`
  })
}
