// The shape of the tables that the build makes from the contract, so that neither Zod nor the contract is loaded to run.

export type FlagKind =
  | 'text'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'choice'
  | 'list'
  | 'map'
  | 'moment'
  | 'duration'
  | 'file'
  | 'secret'
  | 'json'

export interface Flag {
  /** Secrets in a map: they come from a file alone. */
  readonly fileOnly?: true
  /** Without dashes, dots for nesting: `restart.delay`. */
  readonly name: string
  /** Where the value goes in the input. */
  readonly field: readonly string[]
  readonly kind: FlagKind
  readonly choices?: readonly string[]
  readonly required?: true
  /** The word `null` clears it. */
  readonly nullable?: true
  readonly about?: string
}

/** What an argument can name. */
export type Named =
  | 'service'
  | 'target'
  | 'stack'
  | 'user'
  | 'deployment'
  | 'release'
  | 'backup'
  | 'config'
  | 'certificate'
  | 'trigger'
  | 'notification'
  | 'registry'

export interface Verb {
  readonly id: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly summary: string
  readonly danger: 'none' | 'reversible' | 'destructive'
  readonly stream?: true
  /** Takes a body of bytes. */
  readonly upload?: true
  /** What it streams is bytes, no text. */
  readonly binary?: true
  readonly plan?: true
  /** Path parameters, in order. */
  readonly args: readonly string[]
  /** What the first argument names, so that names can be looked up and completed. */
  readonly on?: Named
  /** The words that do it better; such a verb is not offered a second time. */
  readonly words?: string
}
/** By domain, then by verb as the contract spells it. */
export type VerbTable = Readonly<Record<string, Readonly<Record<string, Verb>>>>
/** Of one domain, by verb. */
export type FlagTable = Readonly<Record<string, readonly Flag[]>>

/** `revokeOtherSessions` is typed `revoke-other-sessions`. */
export const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
