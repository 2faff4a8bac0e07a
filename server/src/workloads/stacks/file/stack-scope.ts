import type { Variables } from './interpolation.ts'
import type { Reader } from './reader.ts'

/** What the parts of a stack file share while they are read. */
export interface StackScope {
  readonly reader: Reader
  readonly project: string
  readonly variables: Variables
  /** Texts of env_file entries, by path as written. */
  readonly files: Readonly<Record<string, string>>
  /** The text of a seccomp profile of the project, by path as written; null where there is none to read. */
  readonly profile?: (path: string) => string | null
  /** Absolute folder on the target that relative paths start from. */
  readonly directory: string | null
  /** Absolute folder of each app in the release that is rendered; absent where nothing is deployed. */
  readonly apps?: Readonly<Record<string, string>>
  /** What serves an app whose service names no command, by app. */
  readonly serve?: Readonly<Record<string, readonly string[]>>
}

/** A short form (text) and a long form (map) of one thing. */
export const isLong = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)
