import { didYouMean } from '../../file/nearest.ts'
import type { Path, Problems } from '../../file/problems.ts'
import { pairsOf } from '../load/environment.ts'
import { isNothing, type Mapping, type Node } from '../tree/node.ts'
import { type Json, type Kind, wrong } from './kind.ts'
import { text } from './scalars.ts'

interface Shape {
  /** In the order that `docker compose config` writes them. */
  readonly keys: Readonly<Record<string, Kind>>
  readonly required?: readonly string[]
  /** A mapping that is left out where it holds nothing is undefined; most are written as {}. */
  readonly nullable?: boolean
  /** Whether keys that start with x- are taken, as almost everywhere. */
  readonly extensions?: boolean
  /** Names in what is written where they differ. */
  readonly written?: Readonly<Record<string, string>>
}

function checkKeys(node: Mapping, path: Path, problems: Problems, shape: Shape): void {
  const { keys, required = [], extensions = true } = shape
  for (const [key, { value }] of node.entries) {
    if (extensions && key.startsWith('x-')) continue
    const kind = Object.hasOwn(keys, key) ? keys[key] : undefined
    if (kind) kind.check(value, [...path, key], problems)
    else problems.errorAtKey([...path, key], `unknown key ${key}.${didYouMean(key, Object.keys(keys))}`)
  }
  for (const key of required) if (!node.entries.has(key)) problems.error(path, `${key} is missing here.`)
}

/** A mapping of known keys; those that start with x- are kept and not looked at. */
export function struct(shape: Shape): Kind {
  const keys = Object.entries(shape.keys)
  return {
    check(node, path, problems) {
      if (node.kind === 'map') checkKeys(node, path, problems, shape)
      else if (!(shape.nullable && isNothing(node))) wrong(node, path, problems, 'a map')
    },
    emit(node) {
      if (node?.kind !== 'map') return undefined
      const found: Record<string, Json> = {}
      for (const [key, kind] of keys) {
        const value = kind.emit(node.entries.get(key)?.value)
        if (value !== undefined) found[shape.written?.[key] ?? key] = value
      }
      return found
    },
  }
}

/** A mapping that is written even where nothing is said of it. */
export const always = (kind: Kind): Kind => ({
  check: (node, path, problems) => kind.check(node, path, problems),
  emit: (node) => kind.emit(node?.kind === 'map' ? node : { kind: 'map', entries: new Map(), place: null }),
})

/** What is taken and not handed on, as it is put elsewhere before. */
export const silent = (kind: Kind): Kind => ({
  check: (node, path, problems) => kind.check(node, path, problems),
  emit: () => undefined,
})

const sorted = (entries: readonly (readonly [string, Json])[]): Json =>
  Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))

/** A mapping whose keys people choose. `absent` is what is written for a value that is null. */
export function mapOf(kind: Kind, how: { readonly names?: RegExp; readonly absent?: Json } = {}): Kind {
  return {
    check(node, path, problems) {
      if (node.kind !== 'map') return wrong(node, path, problems, 'a map')
      for (const [key, { value }] of node.entries) {
        const at = [...path, key]
        if (how.names && !how.names.test(key))
          problems.errorAtKey(at, `"${key}" is no name. Use letters, digits, dots, dashes and underscores.`)
        if (!(how.absent !== undefined && isNothing(value))) kind.check(value, at, problems)
      }
    },
    emit(node) {
      if (node?.kind !== 'map' || node.entries.size === 0) return undefined
      return sorted(
        [...node.entries].flatMap(([key, { value }]) => {
          const written = isNothing(value) ? how.absent : kind.emit(value)
          return written === undefined ? [] : [[key, written] as const]
        }),
      )
    },
  }
}

export function listOf(kind: Kind, how: { readonly unique?: boolean } = {}): Kind {
  return {
    check(node, path, problems) {
      if (node.kind !== 'list') return wrong(node, path, problems, 'a list')
      const seen = new Set<string>()
      for (const [index, item] of node.items.entries()) {
        kind.check(item, [...path, index], problems)
        if (!how.unique || item.kind !== 'scalar') continue
        if (seen.has(item.text)) problems.error([...path, index], `${item.text} is there twice. Keep one.`)
        seen.add(item.text)
      }
    },
    emit(node) {
      if (node?.kind !== 'list' || node.items.length === 0) return undefined
      return node.items.flatMap((item) => {
        const value = kind.emit(item)
        return value === undefined ? (item.kind === 'scalar' ? [item.text] : []) : [value]
      })
    },
  }
}

/** A short form beside a long one: text that stands for a mapping or a list. */
export const orText = (kind: Kind): Kind => ({
  check(node, path, problems) {
    const isText = node.kind === 'scalar' && typeof node.value === 'string'
    ;(isText ? text : kind).check(node, path, problems)
  },
  emit: (node) => (node?.kind === 'scalar' ? (node.value === null ? undefined : [node.text]) : kind.emit(node)),
})
/** A port as a number. */
export const orNumber = (kind: Kind): Kind => ({
  check(node, path, problems) {
    if (!(node.kind === 'scalar' && typeof node.value === 'number')) kind.check(node, path, problems)
  },
  emit: (node) => kind.emit(node),
})
/** A list of names beside a mapping of them. */
export const orList = (map: Kind, list: Kind): Kind => ({
  check: (node, path, problems) => (node.kind === 'list' ? list : map).check(node, path, problems),
  emit: (node) => map.emit(node),
})

/** `{A: 1}` or `[A=1]`. `alone` is what a name without a value is written as. */
export function pairs(alone: string | null, how: { readonly keepsEmpty?: boolean } = {}): Kind {
  return {
    check(node, path, problems) {
      if (node.kind === 'scalar') return wrong(node, path, problems, 'a map or a list')
      if (node.kind === 'list') {
        for (const [index, item] of node.items.entries()) {
          if (item.kind !== 'scalar' || typeof item.value !== 'string') wrong(item, [...path, index], problems, 'text')
          else if (item.text.startsWith('=')) problems.error([...path, index], 'A name is missing before the =.')
        }
        return
      }
      for (const [key, { value }] of node.entries) {
        if (value.kind !== 'scalar') wrong(value, [...path, key], problems, 'text')
        else if (value.written !== undefined && value.written !== value.text)
          problems.warn(
            [...path, key],
            `${value.written} is a number and becomes ${value.text}. Put it in quotes to keep it.`,
          )
      }
    },
    emit(node) {
      if (node === undefined || node.kind === 'scalar') return undefined
      const found = [...pairsOf(node, () => null)].map(([key, { value }]) => {
        const text = value.kind === 'scalar' && value.value !== null ? value.text : alone
        return [key, text] as const
      })
      return found.length === 0 && !how.keepsEmpty ? undefined : sorted(found)
    },
  }
}

const addresses = listOf(text)
/** `host=address` in any form, written as one sorted list. */
export const hosts: Kind = {
  check(node, path, problems) {
    if (node.kind === 'scalar') return wrong(node, path, problems, 'a map or a list')
    if (node.kind === 'list') {
      for (const [index, item] of node.items.entries())
        if (item.kind !== 'scalar' || !/[=:]/.test(item.text))
          problems.error([...path, index], 'An extra host is written name=address.')
      return
    }
    for (const [name, { value }] of node.entries)
      (value.kind === 'list' ? addresses : text).check(value, [...path, name], problems)
  },
  emit(node) {
    if (node === undefined || node.kind === 'scalar') return undefined
    const lines = hostLines(node).map(([host, address]) => `${host}=${address.replace(/^\[(.+)\]$/, '$1')}`)
    return lines.length === 0 ? undefined : lines.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  },
}
function hostLines(node: Node): [string, string][] {
  if (node.kind === 'list')
    return node.items.flatMap((item): [string, string][] => {
      if (item.kind !== 'scalar') return []
      const mark = item.text.includes('=') ? item.text.indexOf('=') : item.text.indexOf(':')
      if (mark === -1) return []
      return item.text
        .slice(mark + 1)
        .split(',')
        .map((address) => [item.text.slice(0, mark), address])
    })
  if (node.kind !== 'map') return []
  return [...node.entries].flatMap(([host, { value }]) =>
    (value.kind === 'list' ? value.items : [value]).map((one): [string, string] => [
      host,
      one.kind === 'scalar' ? one.text : '',
    ]),
  )
}
