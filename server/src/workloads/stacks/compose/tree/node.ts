import type { Position } from '../../file/problems.ts'

/** A value that can stand in a file, and where it stands; merged trees hold nodes of several files. */
export type Node = Scalar | List | Mapping
export interface Scalar {
  readonly kind: 'scalar'
  readonly value: string | number | boolean | null
  /** The value as text: 1.10 is 1.1, as Compose hands it on. */
  readonly text: string
  /** True for a number that is written as a fraction or with an exponent. */
  readonly fraction: boolean
  /** How a fraction is written, which may say more than its value: 1.10. */
  readonly written?: string
  readonly place: Position | null
}
export interface List {
  readonly kind: 'list'
  readonly items: readonly Node[]
  readonly place: Position | null
}
export interface Entry {
  readonly value: Node
  readonly key: Position | null
}
export interface Mapping {
  readonly kind: 'map'
  readonly entries: ReadonlyMap<string, Entry>
  readonly place: Position | null
}

/** A number as Compose prints it: a whole one plainly, a fraction with an exponent below 1e-4 and from 1e6. */
function numberText(value: number, fraction: boolean): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  const [digits = '', power = '0'] = value.toExponential().split('e')
  const exponent = Number(power)
  if (value === 0 || (exponent >= -4 && exponent < (fraction ? 6 : 21)))
    return Object.is(value, -0) ? '-0' : String(value)
  return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}

export function scalar(value: Scalar['value'], place: Position | null, fraction = false): Scalar {
  const text = value === null ? '' : typeof value === 'number' ? numberText(value, fraction) : String(value)
  return { kind: 'scalar', value, text, fraction, place }
}
export const list = (items: readonly Node[], place: Position | null): List => ({ kind: 'list', items, place })
export const mapping = (entries: ReadonlyMap<string, Entry>, place: Position | null): Mapping => ({
  kind: 'map',
  entries,
  place,
})

/** A mapping of plain values that all stand in one place: what a short form stands for. */
export function record(values: Readonly<Record<string, Scalar['value'] | Node>>, place: Position | null): Mapping {
  const entries = new Map<string, Entry>()
  for (const [name, value] of Object.entries(values)) {
    const isNode = typeof value === 'object' && value !== null
    entries.set(name, { value: isNode ? value : scalar(value, place), key: place })
  }
  return mapping(entries, place)
}

export const isNothing = (node: Node | undefined): boolean =>
  node === undefined || (node.kind === 'scalar' && node.value === null)
/** The text of a scalar that is text; null for anything else. */
export const textOf = (node: Node | undefined): string | null =>
  node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : null
export const entryOf = (node: Node | undefined, key: string): Node | undefined =>
  node?.kind === 'map' ? node.entries.get(key)?.value : undefined

/** The same mapping with one entry set, or taken out where the value is undefined. */
export function withEntry(map: Mapping, key: string, value: Node | undefined): Mapping {
  const entries = new Map(map.entries)
  if (value === undefined) entries.delete(key)
  else entries.set(key, { value, key: map.entries.get(key)?.key ?? value.place })
  return { ...map, entries }
}

export function sameValue(a: Node, b: Node): boolean {
  if (a.kind === 'scalar') return b.kind === 'scalar' && a.value === b.value
  if (a.kind === 'list')
    return (
      b.kind === 'list' &&
      a.items.length === b.items.length &&
      a.items.every((item, index) => sameValue(item, b.items[index]!))
    )
  if (b.kind !== 'map' || a.entries.size !== b.entries.size) return false
  return [...a.entries].every(([key, { value }]) => {
    const other = b.entries.get(key)
    return other !== undefined && sameValue(value, other.value)
  })
}

/** Plain values: what an x- key of the top holds. */
export function plain(node: Node): unknown {
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'list') return node.items.map(plain)
  return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, plain(value)]))
}
