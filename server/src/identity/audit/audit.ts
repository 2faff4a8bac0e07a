import { randomUUIDv7 } from 'node:crypto'
import { type audit, type AuditEntry, Failure, type Operation } from '@wheelhouse/contract'
import { type Database, DatabaseFull } from '@wheelhouse/platform/db'
import type { Log } from '@wheelhouse/platform/log'
import type { Caller } from '../../dispatch/caller.ts'
import type { Handlers } from '../../dispatch/handler.ts'
import { exportEntries } from './export-entries.ts'
import { listEntries } from './list-entries.ts'
import { maskSecrets } from './mask-secrets.ts'
import { type AuditRecord, type AuditResultColumns, openAuditStore } from './store.ts'

/** A call as the dispatcher has it; nothing of it needs to be masked before. */
export interface AuditedCall {
  readonly caller: Caller
  readonly operation: Pick<Operation, 'id' | 'secret'>
  readonly input: unknown
  readonly requestId: string
}
export interface AuditResult {
  readonly outcome: AuditEntry['outcome']
  readonly errorCode?: string | null
  /** `kind:id` of what was changed. */
  readonly resource?: string | null
  readonly before?: unknown
  readonly after?: unknown
  /** Who it was, where only the call itself has told it. */
  readonly actor?: { readonly id: string; readonly username: string }
}
export interface OpenEntry {
  /** Never throws: the act is on record already, and it has happened. */
  finish(result: AuditResult): Promise<void>
}

export interface Audit {
  readonly handlers: Handlers<typeof audit>
  /**
   * For a call that is about to act: writes the entry first, as failed with INTERRUPTED, and `finish` says how it ended. So an act
   * that a crash or a full disk cuts off is on record, and when nothing can be written nothing is done: throws STORAGE_FULL.
   */
  begin(call: AuditedCall): Promise<OpenEntry>
  /** For a call that is over, such as one that was refused. Throws STORAGE_FULL. Durable when it resolves. */
  record(entry: AuditedCall & AuditResult): Promise<void>
  /** Forgets what is older; answers how many entries. */
  prune(olderThanMs: number): Promise<number>
}

export interface AuditDeps {
  readonly database: Database
  readonly log: Log
  /** Epoch ms. */
  readonly clock?: () => number
}

const via = (caller: Caller): string => {
  if (caller.kind === 'user') return 'session'
  return caller.kind === 'token' ? `token:${caller.tokenName ?? ''}` : caller.kind
}
const plain = (text: string, longest = 400): string => text.replaceAll('\0', '').slice(0, longest)
const json = (value: unknown, extra: readonly string[]): string | null =>
  value === undefined || value === null ? null : JSON.stringify(maskSecrets(value, extra))

function columnsOf(call: AuditedCall, id: string, at: number): AuditRecord {
  const { caller, operation, input, requestId } = call
  const isObject = typeof input === 'object' && input !== null && !Array.isArray(input)
  return {
    id,
    at,
    actor: plain(caller.username),
    actorId: caller.userId,
    via: plain(via(caller)),
    face: caller.face,
    operation: operation.id,
    resource: null,
    outcome: 'failed',
    errorCode: 'INTERRUPTED',
    input: isObject ? json(input, operation.secret ?? []) : null,
    before: null,
    after: null,
    ip: plain(caller.ip),
    userAgent: plain(caller.userAgent),
    requestId: plain(requestId),
  }
}

function resultColumns(operation: AuditedCall['operation'], result: AuditResult): AuditResultColumns {
  const extra = operation.secret ?? []
  return {
    resource: result.resource ? plain(result.resource) : null,
    outcome: result.outcome,
    errorCode: result.errorCode ?? null,
    before: json(result.before, extra),
    after: json(result.after, extra),
    ...(result.actor ? { actor: plain(result.actor.username), actorId: result.actor.id } : {}),
  }
}

export function createAudit(deps: AuditDeps): Audit {
  const clock = deps.clock ?? Date.now
  const store = openAuditStore(deps.database)

  const insert = async (record: AuditRecord): Promise<void> => {
    try {
      await store.insert(record)
    } catch (error) {
      if (!(error instanceof DatabaseFull)) throw error
      throw new Failure('STORAGE_FULL', undefined, {}, { cause: error })
    }
  }

  return {
    handlers: { list: listEntries(store), export: exportEntries(store, clock) },
    async begin(call) {
      const id = randomUUIDv7()
      await insert(columnsOf(call, id, clock()))
      return {
        async finish(result) {
          try {
            await store.finish(id, resultColumns(call.operation, result))
          } catch (error) {
            deps.log.error(
              { error, auditEntry: id, outcome: result.outcome },
              'The end of an audited call was not written',
            )
          }
        },
      }
    },
    async record(entry) {
      await insert({ ...columnsOf(entry, randomUUIDv7(), clock()), ...resultColumns(entry.operation, entry) })
    },
    prune: (olderThanMs) => store.prune(clock() - olderThanMs),
  }
}
