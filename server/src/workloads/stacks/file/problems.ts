import type { StackProblem } from '@wheelhouse/contract'
import type { z } from 'zod'

export type Path = readonly (string | number)[]
export type Problem = z.infer<typeof StackProblem>
/** Counts from 1. */
export interface Position {
  readonly line: number
  readonly column: number
  /** Path of the file it stands in, where that is not the file that was handed in. */
  readonly file?: string | null
}

const maxProblems = 300

/** As people write it: services.web.ports[0]. */
export const showPath = (path: Path): string =>
  path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text ? `${text}.${part}` : part),
    '',
  )
export const pathKey = (path: Path): string => path.join('\u0000')

const toldKey = (position: Position | null, message: string): string =>
  `${position?.file ?? ''} ${position?.line} ${position?.column} ${message}`

/** Everything wrong with a file, gathered so that one look shows all of it. */
export class Problems {
  readonly list: Problem[] = []
  readonly #positions = new Map<string, Position>()
  readonly #keyPositions = new Map<string, Position>()
  readonly #told = new Set<string>()
  #find: ((path: Path, atKey: boolean) => Position | null) | null = null

  /** Tells where the value of a path stands, and where its key does. */
  locate(path: Path, value: Position, key?: Position): void {
    this.#positions.set(pathKey(path), value)
    if (key) this.#keyPositions.set(pathKey(path), key)
  }

  /** Asks where a path stands, or the nearest above it, only when something is told of it. Takes the place of `locate`. */
  locateBy(find: (path: Path, atKey: boolean) => Position | null): void {
    this.#find = find
  }

  error(path: Path, message: string): void {
    this.#add(path, message, 'error', this.#positions)
  }
  warn(path: Path, message: string): void {
    this.#add(path, message, 'warning', this.#positions)
  }
  /** The key itself is at fault, not what it holds. */
  errorAtKey(path: Path, message: string): void {
    this.#add(path, message, 'error', this.#keyPositions)
  }
  warnAtKey(path: Path, message: string): void {
    this.#add(path, message, 'warning', this.#keyPositions)
  }
  at(position: Position | null, path: Path, message: string, severity: Problem['severity'] = 'error'): void {
    if (this.list.length >= maxProblems) return
    if (this.list.length === maxProblems - 1)
      message = `There are more than ${maxProblems} problems. Mend the first ones.`
    const elsewhere = position?.file
    this.#told.add(toldKey(position, message))
    // Lines are those of the file that was handed in; a place in another file is told in words.
    if (elsewhere) message += ` (${elsewhere} line ${position.line}, column ${position.column})`
    this.list.push({
      line: elsewhere ? null : (position?.line ?? null),
      column: elsewhere ? null : (position?.column ?? null),
      path: showPath(path),
      message,
      severity,
    })
  }

  /** No more are told, so none need be put into words. */
  get full(): boolean {
    return this.list.length >= maxProblems
  }
  get failed(): boolean {
    return this.list.some((problem) => problem.severity === 'error')
  }
  /** In the order of the file; those without a place last. */
  sorted(): Problem[] {
    return this.list.toSorted(
      (a, b) => (a.line ?? Infinity) - (b.line ?? Infinity) || (a.column ?? 0) - (b.column ?? 0) || 0,
    )
  }

  #add(path: Path, message: string, severity: Problem['severity'], first: Map<string, Position>): void {
    // One mistake in an anchored block shows up under every alias: once is enough.
    const position = this.#find
      ? this.#find(path, first === this.#keyPositions)
      : (first.get(pathKey(path)) ?? this.#nearest(path))
    if (this.#told.has(toldKey(position, message))) return
    this.at(position, path, message, severity)
  }

  #nearest(path: Path): Position | null {
    for (let length = path.length; length >= 0; length--) {
      const key = pathKey(path.slice(0, length))
      const found = this.#positions.get(key) ?? this.#keyPositions.get(key)
      if (found) return found
    }
    return null
  }
}
