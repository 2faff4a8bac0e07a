import { randomBytes } from 'node:crypto'
import type { NewEvent, Role, TriggerAction } from '@wheelhouse/contract'
import { createMemoryBus } from '@wheelhouse/platform/bus'
import { createLog } from '@wheelhouse/platform/log'
import { openSecrets } from '@wheelhouse/platform/secrets'
import type { House, Street } from '../../../../../test/identity/house.ts'
import { handClock } from '../../../../../platform/schedule/testing/hand-clock.ts'
import type { Caller, CallContext } from '../../../dispatch/index.ts'
import { createTriggers, type FiredBy, type Triggers } from '../index.ts'
import { sign } from '../signature.ts'

/** What an action was asked to do, and for whom. */
export interface Started {
  readonly action: TriggerAction
  readonly caller: Caller
  readonly reason?: string
  readonly by?: FiredBy
}

export interface Sent {
  readonly secret: string
  readonly body?: string
  readonly timestamp?: string
  /** The header that the host of code shows its knowledge of the secret in; `x-hub-signature-256` unless told. */
  readonly by?: 'x-hub-signature' | 'x-gitlab-token'
  readonly headers?: Readonly<Record<string, string>>
}

export const nightly = { cron: '0 3 * * *', timezone: 'Europe/Berlin' } as const
export const deploy: TriggerAction = { do: 'deploy', directory: '/srv/shop' }
export const backup: TriggerAction = { do: 'backup', directory: '/srv/shop' }

/** Triggers on a real database and the real identity domains; only the clock and what is started are the test's. */
export async function openTriggerHouse(street: Street) {
  const house: House = await street.house()
  const rows = house.database.db.withTables<{ triggers: { id: string; action: string; secret: string | null } }>()
  await rows.deleteFrom('triggers').execute()
  const log = createLog({ level: 'silent', pretty: false })
  const bus = createMemoryBus({ log })
  const hand = handClock('2026-06-10T12:00:00Z')
  const secrets = openSecrets({ key: randomBytes(32).toString('base64') })
  const events: NewEvent[] = []
  const started: Started[] = []
  const trouble: { next: Error | null } = { next: null }
  const begin = (what: Started): void => {
    const error = trouble.next
    trouble.next = null
    if (error) throw error
    started.push(what)
  }
  const open = (): Triggers =>
    createTriggers({
      database: house.database,
      secrets,
      state: house.state,
      bus,
      log,
      auth: house.auth,
      audit: house.audit,
      clock: hand.clock,
      announce: (event) => events.push(event),
      actions: {
        async deploy(action, caller, reason, by) {
          begin({ action, caller, reason, by })
          return { deploymentId: `deployment-${started.length}` }
        },
        async backup(action, caller) {
          begin({ action, caller })
          return { jobId: `job-${started.length}` }
        },
        async drill(action, caller) {
          begin({ action, caller })
          return { jobId: `job-${started.length}` }
        },
      },
    })
  const triggers = open()
  const signIn = async (username: string, role: Role = 'developer') => {
    const id = await house.person(username, role)
    const { caller } = await house.login(username)
    return { id, caller }
  }
  const as = (caller: Caller): CallContext => house.call(caller).context
  return {
    house,
    hand,
    bus,
    events,
    started,
    trouble,
    triggers,
    handlers: triggers.handlers,
    rows,
    /** A second instance on the same database. */
    neighbour: open,
    signIn,
    as,
    /** One delivery as a visitor sends it; `audited` is what its entry is told. */
    async send(id: string, { secret, body = '{}', timestamp, by, headers = {} }: Sent) {
      const bytes = Buffer.from(body)
      const mac = sign(secret, { body: bytes, timestamp: timestamp ?? null })
      const sent: Record<string, string> = {
        [by ?? 'x-hub-signature-256']: by === 'x-gitlab-token' ? secret : `sha256=${mac}`,
        ...(timestamp === undefined ? {} : { 'x-wheelhouse-timestamp': timestamp }),
        ...headers,
      }
      const { context, audited } = house.call()
      const exchange = { ...context.exchange, rawBody: bytes, header: (name: string) => sent[name] ?? null }
      const answer = await triggers.handlers.receive({ id }, { ...context, exchange })
      return { ...answer, audited }
    },
    async one(id: string) {
      const { items } = await triggers.handlers.list({}, as((await reader()).caller))
      return items.find((each) => each.id === id)
    },
    close() {
      triggers.close()
      return bus.close()
    },
  }

  async function reader() {
    if (!(await house.users.byName('reader'))) await house.person('reader', 'viewer')
    return house.login('reader')
  }
}
export type TriggerHouse = Awaited<ReturnType<typeof openTriggerHouse>>
