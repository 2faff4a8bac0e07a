import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Failure, type NewEvent, type Role } from '@wheelhouse/contract'
import type { Bus } from '@wheelhouse/platform/bus'
import { type Database, openDatabase } from '@wheelhouse/platform/db'
import { createLog } from '@wheelhouse/platform/log'
import { openSecrets } from '@wheelhouse/platform/secrets'
import { createMemoryState, openRedisState, type State } from '@wheelhouse/platform/state'
import { sql } from 'kysely'
import type { Caller } from '../../server/src/dispatch/caller.ts'
import type { CallContext } from '../../server/src/dispatch/handler.ts'
import { type CallerChange } from '../../server/src/identity/auth/index.ts'
import { createIdentity, type Identity } from '../../server/src/identity/index.ts'
import { migrations } from '../../server/src/migrations/index.ts'

const log = createLog({ level: 'silent', pretty: false })
const visitor = { ip: '10.0.0.1', userAgent: 'test', face: 'rest' } as const
export const goodPassword = 'violet kettle 7 harbour'

/** What a call left behind: the cookie it set (null when it cleared it) and what it told the audit. */
export interface Traced {
  readonly context: CallContext
  readonly cookies: (string | null)[]
  readonly audited: { resource?: string; before?: unknown; after?: unknown }[]
  readonly downloads: string[]
}

export interface House extends Identity {
  readonly database: Database
  readonly state: State
  readonly events: NewEvent[]
  readonly changes: CallerChange[]
  readonly clock: { ms: number }
  readonly folder: string
  /** A second instance on the same database and, unless told, the same shared state. */
  neighbour(state?: State): Identity
  call(caller?: Caller, refreshToken?: string | null): Traced
  anonymous(ip?: string): Caller
  person(username: string, role?: Role): Promise<string>
  login(username: string, ip?: string): Promise<{ accessToken: string; refreshToken: string; caller: Caller }>
  bearer(token: string): Promise<Caller>
}

/** One database for a suite, emptied for each test. */
export class Street {
  readonly #database: Database
  readonly #leave: () => Promise<void>
  readonly #folder = mkdtempSync(join(tmpdir(), 'identity-'))

  readonly #newState: () => State | Promise<State>
  readonly #states: State[] = []

  private constructor(
    database: Database,
    leave: () => Promise<void>,
    newState: () => State | Promise<State> = createMemoryState,
  ) {
    this.#database = database
    this.#leave = leave
    this.#newState = newState
  }

  static async sqlite(): Promise<Street> {
    const folder = mkdtempSync(join(tmpdir(), 'identity-db-'))
    const database = await openDatabase({ url: `sqlite:${join(folder, 'test.db')}`, log })
    await database.migrate(migrations)
    return new Street(database, async () => rmSync(folder, { recursive: true }))
  }

  /** With Redis as the shared state where its URL is given. */
  static async postgres(url: string, redis?: string): Promise<Street> {
    const name = `identity_${randomBytes(6).toString('hex')}`
    const server = await openDatabase({ url, log })
    await sql`create database ${sql.id(name)}`.execute(server.db)
    const own = new URL(url)
    own.pathname = `/${name}`
    const database = await openDatabase({ url: own.href, log })
    await database.migrate(migrations)
    return new Street(
      database,
      async () => {
        await sql`drop database ${sql.id(name)}`.execute(server.db)
        await server.close()
      },
      redis === undefined
        ? createMemoryState
        : () => openRedisState({ url: redis, log, prefix: `test-${randomBytes(6).toString('hex')}:` }),
    )
  }

  async close(): Promise<void> {
    for (const state of this.#states) await state.close()
    await this.#database.close()
    await this.#leave()
    rmSync(this.#folder, { recursive: true })
  }

  async house({ bus, ...settings }: { setupTokenFile?: string; bus?: Bus } = {}): Promise<House> {
    const database = this.#database
    for (const table of ['users', 'signingKeys', 'auditEntries'])
      await sql`delete from ${sql.id(table)}`.execute(database.db)
    const state = await this.#newState()
    this.#states.push(state)
    const secrets = openSecrets({ key: randomBytes(32).toString('base64') })
    const clock = { ms: Date.now() }
    const events: NewEvent[] = []
    const open = (shared: State): Identity =>
      createIdentity({
        bus,
        database,
        state: shared,
        secrets,
        log,
        settings,
        emit: (e) => events.push(e),
        clock: () => clock.ms,
      })
    const identity = open(state)
    const changes: CallerChange[] = []
    identity.auth.onCallerChanged((change) => changes.push(change))

    const anonymous = (ip: string = visitor.ip): Caller => ({
      ...visitor,
      ip,
      kind: 'anonymous',
      userId: null,
      username: 'anonymous',
      sessionId: null,
      tokenName: null,
      authority: null,
    })
    const call = (caller: Caller = anonymous(), refreshToken: string | null = null): Traced => {
      const cookies: (string | null)[] = []
      const audited: Traced['audited'] = []
      const downloads: string[] = []
      const context: CallContext = {
        caller,
        requestId: 'request-1',
        signal: new AbortController().signal,
        audit: (entry) => void audited.push(entry),
        exchange: {
          refreshToken,
          setRefreshToken: (token) => void cookies.push(token),
          clearRefreshToken: () => void cookies.push(null),
          rawBody: null,
          header: () => null,
          download: (fileName) => void downloads.push(fileName),
          answerAs: () => undefined,
        },
      }
      return { context, cookies, audited, downloads }
    }
    const bearer = (token: string): Promise<Caller> =>
      identity.auth.authenticate({ ...visitor, authorization: `Bearer ${token}` })
    return {
      ...identity,
      database,
      state,
      events,
      changes,
      clock,
      folder: this.#folder,
      anonymous,
      call,
      bearer,
      neighbour: (shared = state) => open(shared),
      async person(username, role = 'developer') {
        return (await identity.users.create({ username, password: goodPassword, role })).id
      },
      async login(username, ip) {
        const { context, cookies } = call(anonymous(ip))
        const { accessToken } = await identity.auth.handlers.login({ username, password: goodPassword }, context)
        return { accessToken, refreshToken: cookies[0] ?? '', caller: await bearer(accessToken) }
      },
    }
  }
}

/** The code of the Failure a promise ends in; anything else is not expected and is thrown. */
export async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
  } catch (error) {
    if (error instanceof Failure) return error.code
    throw error
  }
  return 'no failure'
}
