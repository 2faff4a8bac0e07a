import {
  type CompiledQuery,
  type DatabaseConnection,
  DeleteQueryNode,
  type Driver,
  InsertQueryNode,
  type QueryCompiler,
  type QueryResult,
  RawNode,
  SelectQueryNode,
  SqliteAdapter,
  type TransactionSettings,
  UpdateQueryNode,
  createQueryId,
} from 'kysely'
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { sqliteError } from './sqlite-failure.ts'
import { type Statement, type StatementResult, StatementRunner } from './statement.ts'
import type { WriteQueue, WriteTurn } from './write-queue.ts'
import { failureOf } from './writer-message.ts'

/** Reads run here and now; writes stand in the queue; a transaction has the writer for itself. */
export class SqliteDriver implements Driver {
  readonly #queue: WriteQueue
  readonly #database: DatabaseSync
  readonly #read: (statement: Statement) => StatementResult

  constructor(path: string, queue: WriteQueue, database: DatabaseSync) {
    this.#queue = queue
    this.#database = database
    const runner = new StatementRunner(database)
    this.#read = (statement) => {
      try {
        return runner.run(statement)
      } catch (error) {
        throw sqliteError(failureOf(error), path)
      }
    }
  }

  async init(): Promise<void> {
    // Opened before Kysely is made, so that a broken file is told at once.
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    return new SqliteConnection(this.#queue, this.#read)
  }

  async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    await (connection as SqliteConnection).begin(settings.accessMode === 'read only')
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as SqliteConnection).end('commit')
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as SqliteConnection).end('rollback')
  }

  async savepoint(connection: DatabaseConnection, name: string, compile: QueryCompiler['compileQuery']): Promise<void> {
    await this.#command(connection, compile, 'savepoint', name)
  }

  async rollbackToSavepoint(
    connection: DatabaseConnection,
    name: string,
    compile: QueryCompiler['compileQuery'],
  ): Promise<void> {
    await this.#command(connection, compile, 'rollback to', name)
  }

  async releaseSavepoint(
    connection: DatabaseConnection,
    name: string,
    compile: QueryCompiler['compileQuery'],
  ): Promise<void> {
    await this.#command(connection, compile, 'release', name)
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    await (connection as SqliteConnection).release()
  }

  async destroy(): Promise<void> {
    // The writer last: only the last connection moves the WAL into the file, and one that reads alone cannot.
    if (this.#database.isOpen) this.#database.close()
    await this.#queue.close()
  }

  async #command(
    connection: DatabaseConnection,
    compile: QueryCompiler['compileQuery'],
    command: string,
    name: string,
  ): Promise<void> {
    const quoted = `"${name.replaceAll('"', '""')}"`
    await connection.executeQuery(compile(RawNode.createWithSql(`${command} ${quoted}`), createQueryId()))
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #queue: WriteQueue
  readonly #read: (statement: Statement) => StatementResult
  #turn: WriteTurn | null = null
  #failed: Error | null = null

  constructor(queue: WriteQueue, read: (statement: Statement) => StatementResult) {
    this.#queue = queue
    this.#read = read
  }

  async begin(readOnly: boolean): Promise<void> {
    this.#turn = await this.#queue.turn()
    await this.#turn.run(command(readOnly ? 'begin' : 'begin immediate'))
  }

  async end(how: 'commit' | 'rollback'): Promise<void> {
    const turn = this.#turn
    if (!turn) return
    const failed = this.#failed
    // A full disk undoes the transaction by itself: then there is nothing left to roll back.
    if (how === 'commit' && !failed) await turn.run(command('commit'))
    else if (!turn.lost()) await turn.run(command('rollback'))
    this.#giveBack()
    if (how === 'commit' && failed) throw failed
  }

  async release(): Promise<void> {
    if (!this.#turn) return
    // Neither committed nor rolled back, so one of them failed: the writer must not stay inside this transaction.
    if (!this.#turn.lost()) await this.#turn.run(command('rollback')).catch(() => undefined)
    this.#giveBack()
  }

  async executeQuery<R>(compiled: CompiledQuery): Promise<QueryResult<R>> {
    const { query, sql } = compiled
    const parameters = compiled.parameters as readonly SQLInputValue[]
    const isChange = InsertQueryNode.is(query) || UpdateQueryNode.is(query) || DeleteQueryNode.is(query)
    const statement = { sql, parameters, keep: isChange || SelectQueryNode.is(query) }
    if (this.#turn) return answer(await this.#inTurn(this.#turn, statement))
    const isRead = SelectQueryNode.is(query) || (RawNode.is(query) && /^\s*(select|values|explain)\b/i.test(sql))
    return answer(isRead ? this.#read(statement) : await this.#queue.write(statement, isChange))
  }

  // oxlint-disable-next-line require-yield -- the port asks for an iterator; a cursor held open would let the WAL grow without end
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Streaming is not offered. Read page by page, by key')
  }

  /** As in PostgreSQL, a statement that failed ends its transaction, unless it goes back to a savepoint. */
  async #inTurn(turn: WriteTurn, statement: Statement): Promise<StatementResult> {
    const isWayBack = statement.sql.startsWith('rollback to')
    if (this.#failed && !isWayBack) throw this.#failed
    try {
      const result = await turn.run(statement)
      if (isWayBack) this.#failed = null
      return result
    } catch (error) {
      this.#failed = error as Error
      throw error
    }
  }

  #giveBack(): void {
    this.#failed = null
    this.#turn?.release()
    this.#turn = null
  }
}

function command(sql: string): Statement {
  return { sql, parameters: [], keep: true }
}

function answer<R>({ rows, changes, insertId }: StatementResult): QueryResult<R> {
  const result = { rows: rows as R[], numAffectedRows: BigInt(changes) }
  return insertId === null ? result : { ...result, insertId: BigInt(insertId) }
}

/** Kysely would otherwise let one query wait for another: our reads never wait for writes. */
export class ConcurrentSqliteAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }
}
