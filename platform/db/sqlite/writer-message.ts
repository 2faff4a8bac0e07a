import type { Statement, StatementResult } from './statement.ts'

/** An error of node:sqlite as it travels: a structured clone would lose the code. */
export interface Failure {
  readonly message: string
  /** SQLite's extended result code, or null for an error that is not SQLite's. */
  readonly errcode: number | null
  readonly code: string | null
  /** False where the failure undid the transaction that it happened in (a full disk does). */
  readonly inTransaction: boolean
}

export type Outcome = { readonly result: StatementResult } | { readonly failure: Failure }

export type Request =
  | { readonly kind: 'run'; readonly statement: Statement }
  /** Independent statements that share one commit, and so one fsync. */
  | { readonly kind: 'batch'; readonly statements: readonly Statement[] }
  | { readonly kind: 'close' }

export interface RequestMessage {
  readonly id: number
  readonly request: Request
}

/** Id 0 is the answer to the opening of the file. */
export interface ReplyMessage {
  readonly id: number
  readonly outcomes: readonly Outcome[]
}

export function failureOf(error: unknown, inTransaction = false): Failure {
  const { message, errcode, code } = error as { message?: string; errcode?: number; code?: string }
  return { message: message ?? String(error), errcode: errcode ?? null, code: code ?? null, inTransaction }
}
