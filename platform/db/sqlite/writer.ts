import { parentPort, workerData } from 'node:worker_threads'
import { connectWriter } from './connect.ts'
import { type Statement, StatementRunner } from './statement.ts'
import { type Outcome, type ReplyMessage, type RequestMessage, failureOf } from './writer-message.ts'

// Entry of the thread that writes. An fsync may take tens of milliseconds: here it holds up nobody but other writes.

function serve(path: string): void {
  const reply = (id: number, outcomes: readonly Outcome[]) =>
    parentPort?.postMessage({ id, outcomes } satisfies ReplyMessage, [])
  const nothing = { rows: [], changes: 0, insertId: null }
  let database: ReturnType<typeof connectWriter>
  try {
    database = connectWriter(path)
    database.prepare('select count(*) from sqlite_schema').get()
  } catch (error) {
    reply(0, [{ failure: failureOf(error) }])
    return
  }
  const runner = new StatementRunner(database)
  const attempt = (work: () => Outcome): Outcome => {
    try {
      return work()
    } catch (error) {
      return { failure: failureOf(error, database.isOpen && database.isTransaction) }
    }
  }
  const run = (statement: Statement) => attempt(() => ({ result: runner.run(statement) }))

  const batch = (statements: readonly Statement[]): Outcome[] => {
    if (statements.length === 1) return statements.map(run)
    const begun = attempt(() => {
      database.exec('begin immediate')
      return { result: nothing }
    })
    if ('failure' in begun) return statements.map(() => begun)
    const outcomes: Outcome[] = []
    for (const statement of statements) {
      outcomes.push(run(statement))
      // Some failures undo the whole transaction, not their statement alone. Nothing was kept: give each its own.
      if (!database.isTransaction) return statements.map(run)
    }
    const ended = attempt(() => {
      database.exec('commit')
      return { result: nothing }
    })
    if ('result' in ended) return outcomes
    if (database.isTransaction) database.exec('rollback')
    return statements.map(() => ended)
  }

  parentPort?.on('message', ({ id, request }: RequestMessage) => {
    if (request.kind === 'run') reply(id, [run(request.statement)])
    if (request.kind === 'batch') reply(id, batch(request.statements))
    if (request.kind === 'close') {
      reply(id, [
        attempt(() => {
          database.exec('pragma incremental_vacuum(4096)')
          database.exec('pragma optimize')
          database.close()
          return { result: nothing }
        }),
      ])
      parentPort?.close()
    }
  })
  reply(0, [{ result: nothing }])
}

serve((workerData as { path: string }).path)
