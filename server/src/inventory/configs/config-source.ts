/** Where the values of a stack come from: a file, or a set of the control plane. */
export interface ConfigSource {
  /** Absolute; what `file` and a schema file start from. */
  readonly directory: string | null
  /** Relative to `directory`, and inside it. */
  readonly file?: string | undefined
  /** Name or id of a set. */
  readonly set?: string | undefined
  /** JSON Schema, or a file that holds one. */
  readonly schema?: string | Readonly<Record<string, unknown>> | undefined
  readonly secrets?: readonly string[] | undefined
  readonly environment: string
  readonly stack: string
}
