import { parseDuration } from './duration.ts'
import { didYouMean } from './nearest.ts'
import type { Path, Problems } from './problems.ts'
import { parseSize } from './size.ts'
import type { Tree } from './tree.ts'

export type Fields = Readonly<Record<string, unknown>>

const maxMade = 50_000

const kindOf = (value: unknown): string =>
  value === null || value === undefined
    ? 'nothing'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'object'
        ? 'a map'
        : typeof value === 'string'
          ? 'text'
          : typeof value === 'number'
            ? 'a number'
            : 'true or false'

/** Reads typed values out of a tree. What does not fit is told to `problems` and answered as null; absent values are null without a word. */
export class Reader {
  readonly tree: Tree
  readonly problems: Problems
  #made = 0

  constructor(tree: Tree, problems: Problems) {
    this.tree = tree
    this.problems = problems
  }

  /** Counts what a file multiplies into: ports of a range, containers, variables of a shared env file. False once it is too much. */
  mayMake(count: number, path: Path): boolean {
    const before = this.#made
    this.#made += count
    if (this.#made <= maxMade) return true
    if (before <= maxMade)
      this.problems.error(path, `The file makes more than ${maxMade} ports, variables and containers. Split it.`)
    return false
  }

  #wrong(value: unknown, path: Path, wanted: string): null {
    if (value !== null && value !== undefined)
      this.problems.error(path, `This must be ${wanted}, but it is ${kindOf(value)}.`)
    return null
  }

  map(value: unknown, path: Path): Fields | null {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
    return this.#wrong(value, path, 'a map')
  }
  list(value: unknown, path: Path): readonly unknown[] | null {
    return Array.isArray(value) ? value : this.#wrong(value, path, 'a list')
  }
  /** Numbers and truth values count as text, as they are written. */
  string(value: unknown, path: Path): string | null {
    if (typeof value === 'string') return value
    if (typeof value === 'number' || typeof value === 'boolean') return this.tree.text(path) ?? String(value)
    return this.#wrong(value, path, 'text')
  }
  boolean(value: unknown, path: Path): boolean | null {
    if (typeof value === 'boolean') return value
    if (value === 'true' || value === 'false') return value === 'true'
    return this.#wrong(value, path, 'true or false')
  }
  number(value: unknown, path: Path, least = 0): number | null {
    const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    if (typeof read !== 'number' || !Number.isFinite(read)) return this.#wrong(value, path, 'a number')
    if (read >= least) return read
    this.problems.error(path, `This must be ${least} or more.`)
    return null
  }
  integer(value: unknown, path: Path, least = 0): number | null {
    const read = this.number(value, path, least)
    if (read === null || Number.isSafeInteger(read)) return read
    this.problems.error(path, 'This must be a whole number.')
    return null
  }
  durationMs(value: unknown, path: Path): number | null {
    const text = this.string(value, path)
    if (text === null) return null
    const read = parseDuration(text)
    if (read === null) this.problems.error(path, `"${text}" is not a duration. Write it like 10s, 1m30s or 500ms.`)
    return read
  }
  sizeBytes(value: unknown, path: Path): number | null {
    const text = this.string(value, path)
    if (text === null) return null
    const read = parseSize(text)
    if (read === null) this.problems.error(path, `"${text}" is not a size. Write it like 512m, 64kb or 2gb.`)
    return read
  }
  choice<T extends string>(value: unknown, path: Path, choices: readonly T[]): T | null {
    const text = this.string(value, path)
    if (text === null) return null
    const found = choices.find((choice) => choice === text)
    if (found === undefined) {
      this.problems.error(path, `"${text}" is not known here. Use ${choices.join(', ')}.${didYouMean(text, choices)}`)
    }
    return found ?? null
  }
  strings(value: unknown, path: Path): string[] {
    const found: string[] = []
    for (const [index, item] of (this.list(value, path) ?? []).entries()) {
      const text = this.string(item ?? '', [...path, index])
      if (text !== null) found.push(text)
    }
    return found
  }
  /** One text, or a list of them. */
  oneOrMany(value: unknown, path: Path): string[] {
    if (value === null || value === undefined) return []
    if (Array.isArray(value)) return this.strings(value, path)
    const text = this.string(value, path)
    return text === null ? [] : [text]
  }
  /** `{A: 1}` or `[A=1]`; a key without a value is null. */
  pairs(value: unknown, path: Path, separator = '='): Map<string, string | null> {
    const found = new Map<string, string | null>()
    if (Array.isArray(value)) {
      for (const [index, line] of this.strings(value, path).entries()) {
        const at = line.indexOf(separator)
        const key = at === -1 ? line : line.slice(0, at)
        if (key.trim() === '') this.problems.error([...path, index], 'A name is missing before the =.')
        else found.set(key, at === -1 ? null : line.slice(at + separator.length))
      }
      return found
    }
    for (const [key, item] of Object.entries(this.map(value, path) ?? {})) {
      found.set(key, item === null ? null : this.string(item, [...path, key]))
    }
    return found
  }
  /** Tells every key that is not known, with the nearest that is. */
  onlyKeys(fields: Fields, path: Path, known: readonly string[]): void {
    for (const key of Object.keys(fields)) {
      if (known.includes(key) || key.startsWith('x-')) continue
      this.problems.errorAtKey([...path, key], `unknown key ${key}.${didYouMean(key, known)}`)
    }
  }
}
