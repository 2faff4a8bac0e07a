/** Where and as whom to sign in. The password is used and forgotten. */
export interface Login {
  readonly address: string
  readonly port: number
  readonly username: string | null
  readonly password: string | null
  readonly database: string | null
  readonly timeoutMs: number
}

/** One signed-in connection. */
export interface Session {
  /** A trivial query. */
  ping(): Promise<void>
  /** How many wait in that table, list, set or stream. Throws where there is no such thing. */
  count(name: string): Promise<number>
  close(): void
}
