import { type SwarmObjectSpec, stackLabels } from '@wheelhouse/driver'
import { didYouMean } from '../../file/nearest.ts'
import type { Path } from '../../file/problems.ts'
import type { Fields } from '../../file/reader.ts'
import type { StackScope } from '../../file/stack-scope.ts'
import { readLabels } from '../../file/labels.ts'
import { readExternal } from '../external.ts'
import { type ProjectFiles, resolveFrom } from '../load/files.ts'
import { objectKeys } from './keys.ts'

/** A secret or config by its name in the file; `spec` is null for one that must be on the Swarm already. */
export interface DeclaredObject {
  readonly name: string
  readonly spec: SwarmObjectSpec | null
}
type Section = 'secrets' | 'configs'
/** What the engine takes at most. */
const mostBytes = { secrets: 500 * 1024, configs: 1000 * 1024 }

/** Secrets or configs at the top of a file. Each is looked at when a service first uses it. */
export class DeclaredObjects {
  readonly #scope: StackScope
  readonly #section: Section
  readonly #all: Fields
  readonly #files: ProjectFiles
  readonly used = new Map<string, DeclaredObject | null>()

  constructor(scope: StackScope, section: Section, value: unknown, files: ProjectFiles) {
    this.#scope = scope
    this.#section = section
    this.#all = scope.reader.map(value, [section]) ?? {}
    this.#files = files
  }

  /** Null, with the problem told, where there is none of that name. */
  use(key: string, at: Path): DeclaredObject | null {
    const { problems } = this.#scope.reader
    if (!Object.hasOwn(this.#all, key)) {
      const near = didYouMean(key, Object.keys(this.#all))
      problems.error(at, `There is no ${key} under ${this.#section} at the top of the file: add it there.${near}`)
      return null
    }
    const known = this.used.get(key)
    if (known !== undefined) return known
    const read = this.#read(key)
    this.used.set(key, read)
    return read
  }

  /** Tells those that nothing uses: they are not made. */
  tellUnused(): void {
    const kind = this.#section.slice(0, -1)
    for (const key of Object.keys(this.#all))
      if (!this.used.has(key) && !key.startsWith('x-'))
        this.#scope.reader.problems.warn([this.#section, key], `No service uses the ${kind} ${key}, so it is not made.`)
  }

  #read(key: string): DeclaredObject | null {
    const { reader, project } = this.#scope
    const at = [this.#section, key]
    const fields = reader.map(this.#all[key], at) ?? {}
    const external = readExternal(reader, fields, at)
    if (external !== null) return { name: external || key, spec: null }
    for (const name of Object.keys(fields))
      if (!objectKeys.taken.includes(name) && !name.startsWith('x-'))
        reader.problems.errorAtKey(
          [...at, name],
          `${name} is not supported: make it on the Swarm by itself, and say external: true.`,
        )
    const name = reader.string(fields.name, [...at, 'name']) ?? `${project}_${key}`
    if (!/^[a-zA-Z0-9](?:[a-zA-Z0-9_.-]{0,62}[a-zA-Z0-9])?$/.test(name))
      reader.problems.error(
        [...at, 'name'],
        `"${name}" is no name for it. Use 1 to 64 letters, digits, dots, dashes and underscores.`,
      )
    const value = this.#value(key, fields)
    if (value === null) return null
    return {
      name,
      spec: {
        kind: this.#section === 'secrets' ? 'secret' : 'config',
        name,
        stack: project,
        data: value.toString('base64'),
        templateDriver: reader.string(fields.template_driver, [...at, 'template_driver']),
        labels: { ...readLabels(reader, fields.labels, [...at, 'labels']), [stackLabels.namespace]: project },
      },
    }
  }

  #value(key: string, fields: Fields): Buffer | null {
    const { reader, variables, directory } = this.#scope
    const { problems } = reader
    const at = [this.#section, key]
    const from = ['file', 'environment', 'content'].filter((name) => fields[name] !== undefined)
    const [source = ''] = from
    if (from.length !== 1) {
      const ways = this.#section === 'configs' ? 'file, environment or content' : 'file or environment'
      problems.error(at, `${key} needs one of ${ways}, or external: true.`)
      return null
    }
    const told = reader.string(fields[source], [...at, source])
    if (told === null) return null
    const wrong = (why: string): null => {
      problems.error([...at, source], why)
      return null
    }
    let text: string | undefined = told
    if (source === 'environment') {
      text = Object.hasOwn(variables, told) ? variables[told] : undefined
      if (text === undefined) return wrong(`${told} is not among the variables, so ${key} has no value.`)
    } else if (source === 'file') {
      const found = this.#files.find(resolveFrom(directory ?? '', told))
      if ('missing' in found) {
        if (found.missing === 'unknown') return null
        return wrong(
          found.missing === 'outside'
            ? `${told} is outside of the folder of the stack.`
            : `${told} was not sent along, so ${key} has no value: a Swarm cannot read it from a node.`,
        )
      }
      text = found.text
      if (text.includes('\uFFFD'))
        return wrong(`${told} is not text. Make it on the Swarm by itself, and say external: true.`)
    }
    const value = Buffer.from(text, 'utf8')
    const most = mostBytes[this.#section]
    if (value.length === 0) return wrong(`${key} is empty, and a Swarm keeps no empty ones.`)
    if (value.length >= most) return wrong(`${key} has ${value.length} bytes, and a Swarm takes less than ${most}.`)
    return value
  }
}

/** A number was read from its octal digits already; a text was not. */
function modeOf(value: unknown): number | null {
  if (value === undefined || value === null) return 0o444
  const mode =
    typeof value === 'string' && /^(?:0o?)?[0-7]+$/.test(value) ? Number.parseInt(value.replace(/^0o/, ''), 8) : value
  return typeof mode === 'number' && Number.isInteger(mode) && mode >= 0 && mode <= 0o7777 ? mode : null
}

interface Reference {
  readonly name: string
  readonly file: { readonly Name: string; readonly UID: string; readonly GID: string; readonly Mode: number }
}

/** Where a service has its secrets or configs, in the order that `docker stack deploy` sends them. */
export function readReferences(scope: StackScope, declared: DeclaredObjects, value: unknown, path: Path): Reference[] {
  const { reader } = scope
  const found = (reader.list(value, path) ?? []).flatMap((item, index): Reference[] => {
    const at = [...path, index]
    const fields = reader.map(item, at)
    const source = fields ? reader.string(fields.source, [...at, 'source']) : null
    const object = source === null ? null : declared.use(source, at)
    if (!fields || source === null || !object) return []
    const mode = modeOf(fields.mode)
    if (mode === null) reader.problems.error([...at, 'mode'], 'Write the mode in octal digits, such as 0440.')
    const file = {
      // Where a secret lies unless told is written out by now, and the engine puts a bare name there.
      Name: (reader.string(fields.target, [...at, 'target']) ?? source).replace(/^\/run\/secrets\/(?=[^/]+$)/, ''),
      UID: reader.string(fields.uid, [...at, 'uid']) ?? '0',
      GID: reader.string(fields.gid, [...at, 'gid']) ?? '0',
      Mode: mode ?? 0o444,
    }
    return [{ name: object.name, file }]
  })
  return found.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}
