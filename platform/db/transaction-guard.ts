import { AsyncLocalStorage } from 'node:async_hooks'
import type { DatabaseConnection, Driver, QueryCompiler, TransactionSettings } from 'kysely'
import { TransactionMisused } from './database-error.ts'

interface Scope {
  open: boolean
}

/**
 * Refuses `db` inside `db.transaction()`. There it would wait for the one writer that the transaction itself holds (SQLite)
 * or read and write beside it on another connection (PostgreSQL); neither is ever meant.
 */
export class TransactionGuard implements Driver {
  readonly #inner: Driver
  readonly #scope = new AsyncLocalStorage<Scope>()
  readonly #scopes = new WeakMap<DatabaseConnection, Scope>()

  constructor(inner: Driver) {
    this.#inner = inner
  }

  init(): Promise<void> {
    return this.#inner.init()
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    if (this.#scope.getStore()?.open) {
      throw new TransactionMisused(
        'db was used inside db.transaction(). Use its trx there, or do this after the transaction',
      )
    }
    return await this.#inner.acquireConnection()
  }

  // Not an async function: the scope must be entered in the caller's own step, so that the callback runs in it.
  beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    const scope = { open: true }
    this.#scopes.set(connection, scope)
    this.#scope.enterWith(scope)
    return this.#inner.beginTransaction(connection, settings).catch((error: unknown) => {
      scope.open = false
      throw error
    })
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await this.#inner.commitTransaction(connection)
    this.#leave(connection)
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    this.#leave(connection)
    await this.#inner.rollbackTransaction(connection)
  }

  async savepoint(connection: DatabaseConnection, name: string, compile: QueryCompiler['compileQuery']): Promise<void> {
    await this.#inner.savepoint?.(connection, name, compile)
  }

  async rollbackToSavepoint(
    connection: DatabaseConnection,
    name: string,
    compile: QueryCompiler['compileQuery'],
  ): Promise<void> {
    await this.#inner.rollbackToSavepoint?.(connection, name, compile)
  }

  async releaseSavepoint(
    connection: DatabaseConnection,
    name: string,
    compile: QueryCompiler['compileQuery'],
  ): Promise<void> {
    await this.#inner.releaseSavepoint?.(connection, name, compile)
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    this.#leave(connection)
    await this.#inner.releaseConnection(connection)
  }

  destroy(): Promise<void> {
    return this.#inner.destroy()
  }

  #leave(connection: DatabaseConnection): void {
    const scope = this.#scopes.get(connection)
    if (scope) scope.open = false
  }
}
