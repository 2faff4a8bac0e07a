import type { Path } from '../../file/problems.ts'
import { didYouMean } from '../../file/nearest.ts'
import { type Around, readFile, shown } from './around.ts'
import { folderOf, resolveFrom } from './files.ts'
import { mergeServices } from './merge.ts'
import { entryOf, isNothing, type Mapping, type Node, textOf, withEntry } from '../tree/node.ts'
import { resolvePaths } from './paths.ts'
import { type ReadFile, readAlone } from './read-alone.ts'
import { withoutPaths } from '../tree/resets.ts'

interface Place {
  readonly file: string
  readonly services: Map<string, Node>
}

/** Puts the services that others extend under them. */
export class Extends {
  readonly #around: Around
  readonly #read = new Map<string, { place: Place; resets: readonly Path[] } | null>()

  constructor(around: Around) {
    this.#around = around
  }

  apply(root: Mapping, file: string, resets: readonly Path[]): Mapping {
    const services = entryOf(root, 'services')
    if (services?.kind !== 'map') return root
    const place = { file, services: new Map([...services.entries].map(([name, { value }]) => [name, value])) }
    const entries = new Map(services.entries)
    for (const [name, entry] of entries) {
      const value = this.#service(name, place, [], [resets])
      if (value !== undefined) entries.set(name, { ...entry, value })
    }
    return withEntry(root, 'services', { ...services, entries })
  }

  #service(
    name: string,
    place: Place,
    trail: readonly string[],
    resets: readonly (readonly Path[])[],
  ): Node | undefined {
    const { problems } = this.#around
    const service = place.services.get(name)
    const extended = entryOf(service, 'extends')
    if (service?.kind !== 'map' || extended === undefined) return service
    const at = ['services', name, 'extends']
    const own = withEntry(service, 'extends', undefined)
    const from = textOf(extended) ?? textOf(entryOf(extended, 'service'))
    if (from === null) {
      problems.at(extended.place, at, 'extends needs a service: the name of the one to start from.')
      return own
    }
    const step = `${place.file}\u0000${name}`
    const steps = [...trail, step]
    if (trail.includes(step)) {
      const names = [...trail.slice(trail.indexOf(step)), step].map((one) => one.split('\u0000')[1])
      problems.at(extended.place, at, `Services extend each other in a loop: ${names.join(' → ')}.`)
      return own
    }
    const path = textOf(entryOf(extended, 'file'))
    const other = path === null ? { place, resets: [] } : this.#fileOf(path, extended, at)
    if (other === null) return own
    if (!other.place.services.has(from)) {
      const near = didYouMean(from, other.place.services.keys())
      const where = path === null ? 'the file' : shown(this.#around, other.place.file)
      problems.at(extended.place, at, `There is no service ${from} in ${where}.${near}`)
      return own
    }
    const all = path === null ? resets : [...resets, other.resets]
    const base = this.#service(from, other.place, steps, all)
    if (base?.kind !== 'map') {
      if (base !== undefined && !isNothing(base))
        problems.at(base.place, ['services', from], `The service ${from} must be a map to be extended.`)
      return own
    }
    const bare = all.reduce<Node>((left, paths) => this.#without(left, name, paths), base)
    const merged = bare.kind === 'map' ? mergeServices(bare, own, name, problems) : own
    if (trail.length === 0) place.services.set(name, merged)
    return merged
  }

  /** What the files on the way take away of the service `name`. */
  #without(service: Node, name: string, paths: readonly Path[]): Node {
    const own = paths.filter(([top, of, ...rest]) => top === 'services' && of === name && rest.length > 0)
    return service.kind === 'map'
      ? withoutPaths(
          service,
          own.map((path) => path.slice(2)),
        )
      : service
  }

  #fileOf(path: string, extended: Node, at: Path): { place: Place; resets: readonly Path[] } | null {
    const around = this.#around
    const file = resolveFrom(around.directory, path)
    const known = this.#read.get(file)
    if (known !== undefined) return known
    const place = entryOf(extended, 'file')?.place ?? extended.place
    const text = readFile(around, file, place, [...at, 'file'])
    let found: { place: Place; resets: readonly Path[] } | null = null
    if (text !== null) {
      const directory = folderOf(file)
      const read: ReadFile = readAlone({ path: file, text, shownAs: shown(around, file) }, { ...around, directory })
      const model = resolvePaths(read.model, directory)
      const services = entryOf(model, 'services')
      const entries = services?.kind === 'map' ? [...services.entries] : []
      found = {
        place: { file, services: new Map(entries.map(([name, { value }]) => [name, value])) },
        resets: read.resets,
      }
    }
    this.#read.set(file, found)
    return found
  }
}
