import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'

/** A statement as it travels between threads. */
export interface Statement {
  readonly sql: string
  readonly parameters: readonly SQLInputValue[]
  /** Kept prepared: for those built by Kysely, which come again, not for raw text. */
  readonly keep: boolean
}

export interface StatementResult {
  readonly rows: Record<string, unknown>[]
  readonly changes: number
  readonly insertId: number | null
}

const MOST_KEPT = 300

/** Runs statements on one connection and keeps the latest of them prepared. */
export class StatementRunner {
  readonly #database: DatabaseSync
  readonly #kept = new Map<string, { prepared: StatementSync; answers: boolean }>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  run(statement: Statement): StatementResult {
    const { prepared, answers } = this.#prepare(statement)
    if (answers) {
      // Rows come without a prototype; give them one, as they have after a trip between threads.
      const rows = prepared.all(...statement.parameters).map((row) => ({ ...row }))
      return { rows, changes: rows.length, insertId: null }
    }
    const { changes, lastInsertRowid } = prepared.run(...statement.parameters)
    return { rows: [], changes: Number(changes), insertId: Number(lastInsertRowid) }
  }

  #prepare({ sql, keep }: Statement): { prepared: StatementSync; answers: boolean } {
    const known = this.#kept.get(sql)
    if (known) {
      this.#kept.delete(sql)
      this.#kept.set(sql, known)
      return known
    }
    const prepared = this.#database.prepare(sql)
    const entry = { prepared, answers: prepared.columns().length > 0 }
    if (keep) {
      this.#kept.set(sql, entry)
      const [oldest] = this.#kept.keys()
      if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest)
    }
    return entry
  }
}
