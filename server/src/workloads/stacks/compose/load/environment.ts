import { type EnvFile, parseEnvFile } from '../../file/env-file.ts'
import { type Around, readFile, shown } from './around.ts'
import type { Variables } from '../tree/interpolate.ts'
import {
  type Entry,
  entryOf,
  isNothing,
  type Mapping,
  mapping,
  type Node,
  scalar,
  textOf,
  withEntry,
} from '../tree/node.ts'

/** Every service changed, those that are no map left alone. */
export function mapServices(root: Mapping, change: (service: Mapping, name: string) => Mapping): Mapping {
  const services = entryOf(root, 'services')
  if (services?.kind !== 'map') return root
  const entries = new Map(services.entries)
  for (const [name, entry] of entries)
    if (entry.value.kind === 'map') entries.set(name, { ...entry, value: change(entry.value, name) })
  return withEntry(root, 'services', { ...services, entries })
}

const has = (variables: Variables, name: string): boolean => Object.hasOwn(variables, name)

/** A list under `environment` with the values of names that stand there alone. */
export const withListedVariables = (root: Mapping, variables: Variables): Mapping =>
  mapServices(root, (service) => {
    const own = entryOf(service, 'environment')
    if (own?.kind !== 'list') return service
    const items = own.items.map((item) => {
      const name = textOf(item)
      return name !== null && has(variables, name) ? scalar(`${name}=${variables[name]}`, item.place) : item
    })
    return withEntry(service, 'environment', { ...own, items })
  })

/** `{A: 1}` or `[A=1]` as entries; a name that stands alone has no value, unless `alone` gives it one. */
export function pairsOf(node: Node | undefined, alone: (name: string) => string | null): Map<string, Entry> {
  const found = new Map<string, Entry>()
  const add = (name: string, value: string | null, place: Entry['key'], written?: string): void => {
    const given = scalar(value ?? alone(name), place)
    found.set(name, { value: written === undefined ? given : { ...given, written }, key: place })
  }
  if (node?.kind === 'list')
    for (const item of node.items) {
      if (item.kind !== 'scalar' || item.value === null) continue
      const mark = item.text.indexOf('=')
      add(
        mark === -1 ? item.text : item.text.slice(0, mark),
        mark === -1 ? null : item.text.slice(mark + 1),
        item.place,
      )
    }
  if (node?.kind === 'map')
    for (const [name, { value, key }] of node.entries)
      if (value.kind === 'scalar')
        add(name, value.value === null ? null : value.text, value.place ?? key, value.written)
  return found
}

const isPairs = (node: Node | undefined): boolean =>
  node === undefined ||
  isNothing(node) ||
  (node.kind === 'map' && [...node.entries.values()].every(({ value }) => value.kind === 'scalar')) ||
  (node.kind === 'list' && node.items.every((item) => item.kind === 'scalar'))

/** Reads each file once for all services that name it. */
export class EnvironmentReader {
  readonly #around: Around
  readonly #read = new Map<string, EnvFile>()

  constructor(around: Around) {
    this.#around = around
  }

  /** `environment` as a map: its files, with what it says itself over them. Of a service that is not used no file is missed. */
  environment(service: Mapping, name: string, isUsed: boolean): Mapping {
    const { variables } = this.#around
    const own = entryOf(service, 'environment')
    const files = entryOf(service, 'env_file')
    if ((own === undefined && files === undefined) || !isPairs(own)) return service
    const found = new Map<string, Entry>()
    for (const [index, entry] of (files?.kind === 'list' ? files.items : []).entries()) {
      const path = textOf(entryOf(entry, 'path'))
      if (path === null) continue
      const required = entryOf(entry, 'required')
      const isRequired =
        isUsed && !(required?.kind === 'scalar' && (required.value === false || required.value === 'false'))
      const raw = textOf(entryOf(entry, 'format')) === 'raw'
      const at = ['services', name, 'env_file', index]
      this.#into(found, path, { entry, at, raw, isRequired, variables })
    }
    for (const [key, entry] of pairsOf(own, (alone) => (has(variables, alone) ? variables[alone]! : null)))
      found.set(key, entry)
    return withEntry(service, 'environment', mapping(found, own?.place ?? files?.place ?? null))
  }

  /** `labels` as a map: the files of label_file, with what it says itself over them. */
  labels(service: Mapping, name: string, isUsed: boolean): Mapping {
    const own = entryOf(service, 'labels')
    const files = entryOf(service, 'label_file')
    if (files?.kind !== 'list' || !isPairs(own)) return service
    const found = new Map<string, Entry>()
    for (const [index, entry] of files.items.entries()) {
      const path = textOf(entry)
      const at = ['services', name, 'label_file', index]
      if (path !== null) this.#into(found, path, { entry, at, raw: false, isRequired: isUsed, variables: {} })
    }
    for (const [key, entry] of pairsOf(own, () => '')) found.set(key, entry)
    return withEntry(service, 'labels', mapping(found, own?.place ?? files.place))
  }

  #into(
    found: Map<string, Entry>,
    path: string,
    how: { entry: Node; at: readonly (string | number)[]; raw: boolean; isRequired: boolean; variables: Variables },
  ): void {
    const { entry, at, raw, isRequired, variables } = how
    const { problems, budget, files } = this.#around
    if (!isRequired) {
      const there = files.find(path)
      if ('missing' in there && there.missing !== 'outside') return
    }
    const before = Object.fromEntries([...found].map(([key, { value }]) => [key, textOf(value) ?? '']))
    const key = found.size === 0 ? `${raw} ${path} ${variables === this.#around.variables}` : null
    const known = key === null ? undefined : this.#read.get(key)
    let read = known
    if (read === undefined) {
      const text = readFile(this.#around, path, entry.place, at)
      if (text === null) return
      read = parseEnvFile(text, { ...variables, ...before }, raw)
      if (key !== null) this.#read.set(key, read)
      for (const { line, message } of read.problems)
        problems.at(entry.place, at, `${shown(this.#around, path)} line ${line}: ${message}`)
    }
    budget.nodes -= read.values.size
    if (budget.nodes < 0) {
      if (budget.nodes + read.values.size >= 0)
        problems.at(entry.place, at, 'The file makes more than 50000 variables. Split it into several stacks.')
      return
    }
    for (const [name, value] of read.values) found.set(name, { value: scalar(value, entry.place), key: entry.place })
  }
}
