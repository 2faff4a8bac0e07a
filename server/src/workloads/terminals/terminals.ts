import { randomUUID } from 'node:crypto'
import { Failure, notFound } from '@wheelhouse/contract'
import type { Log } from '@wheelhouse/platform/log'
import {
  type Announce,
  type AuditTrail,
  type Caller,
  callerMay,
  type JoinRequest,
  type OpenRequest,
  requirePermission,
  type TerminalDoor,
  type TerminalOutlet,
  type TerminalSeat,
} from '../../dispatch/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'
import { requireExec, requireInside } from '../services/index.ts'
import { keptWhileUnreachable, leaveAt } from './leave.ts'
import { TerminalRecords } from './records.ts'
import { seatOf } from './seat.ts'
import { Terminal } from './terminal.ts'

// The best shell there is; the choice is made inside, where the files are.
const shell = ['/bin/sh', '-c', 'if command -v bash >/dev/null 2>&1; then exec bash; else exec sh; fi']
/** Of one person: what they printed last is memory, however fast they come and go. */
const keptEnded = 10
/** How a stop of the house waits for commands that do not want to go. */
const closeMs = 5_000

export interface TerminalsParts {
  readonly registry: Registry
  readonly announce: Announce
  readonly audit: AuditTrail
  readonly log: Log
  readonly perUser: number
  readonly detachedMs: number
}

/** Every terminal of this instance: opened and joined by sockets, listed and ended by operations. */
export class Terminals implements TerminalDoor {
  readonly #parts: TerminalsParts
  readonly #records: TerminalRecords
  readonly #terminals = new Map<string, Terminal>()
  /** By user, what is on its way: two at once must not both be the last that fits. */
  readonly #opening = new Map<string, number>()
  readonly #forgetting = new Set<NodeJS.Timeout>()

  constructor(parts: TerminalsParts) {
    this.#parts = parts
    this.#records = new TerminalRecords(parts.audit, parts.announce)
  }

  /** With those that ended a short while ago. */
  all(): Terminal[] {
    return [...this.#terminals.values()]
  }
  find(id: string): Terminal | null {
    return this.#terminals.get(id) ?? null
  }

  async open(caller: Caller, reference: string, request: OpenRequest, outlet: TerminalOutlet): Promise<TerminalSeat> {
    const { registry } = this.#parts
    const found = registry.findService(reference, (place) => callerMay(caller, 'services.read', place))
    if (!found) throw notFound('service', reference)
    // Before anything is told of the service; what it may reach is asked once its target answers.
    requirePermission(caller, 'services.exec', { targetId: found.targetId, serviceId: found.id })
    const { connection, nativeId, service } = registry.reach(found.id)
    requireInside(registry, service, connection)
    if (service.state !== 'running' && service.state !== 'degraded' && service.state !== 'starting')
      throw new Failure('STATE_CONFLICT', `${service.name} is ${service.state}. Start it to open a terminal.`)
    await requireExec(caller, service, connection, nativeId).catch((error: unknown) => {
      this.#records.refused(caller, service, error)
      throw error
    })
    const admitted = this.#admit(caller)
    try {
      const argv = request.argv ?? shell
      const { columns, rows, user } = request
      const entry = await this.#records.opening(caller, service.id, argv, user)
      const resource = `service:${service.id}`
      const asked = { argv, columns, rows, tty: true, ...(user === undefined ? {} : { user }) }
      const session = await connection.exec(nativeId, asked).catch(async (error: unknown) => {
        const errorCode = error instanceof Failure ? error.code : 'INTERNAL'
        await entry.finish({ outcome: 'failed', resource, errorCode })
        throw error
      })
      const terminal = new Terminal({
        id: randomUUID(),
        service,
        command: argv,
        user: user ?? null,
        opener: caller,
        session,
        size: { columns, rows },
        detachedMs: this.#parts.detachedMs,
        ended: (one, why) => this.#over(one, why),
      })
      this.#terminals.set(terminal.parts.id, terminal)
      await entry.finish({ outcome: 'done', resource, after: { terminalId: terminal.parts.id } })
      this.#records.opened(terminal)
      const viewer = terminal.attach(caller, outlet, { writes: true, mayWrite: true }, null)
      return seatOf({ terminal, viewer, leaveOf: (one) => leaveAt(registry, terminal, one) })
    } finally {
      admitted()
    }
  }

  async join(caller: Caller, id: string, request: JoinRequest, outlet: TerminalOutlet): Promise<TerminalSeat> {
    const { registry } = this.#parts
    const terminal = this.#terminals.get(id)
    if (!terminal) throw notFound('terminal', id)
    const mayWrite = (await leaveAt(registry, terminal, caller)) === 'write'
    const writes = request.writes && mayWrite
    terminal.requireRoom()
    await this.#records.joined(terminal, caller, writes)
    const viewer = terminal.attach(caller, outlet, { writes, mayWrite }, request.after)
    const { columns, rows } = request
    if (writes && !terminal.ended) {
      // Without this a full-screen program shows half of itself until it is next touched.
      const drawn = request.after === null ? terminal.redraw({ columns, rows }) : terminal.resize({ columns, rows })
      await drawn.catch((error: unknown) => this.#parts.log.debug({ err: error }, 'a terminal was not resized'))
    }
    return seatOf({ terminal, viewer, leaveOf: (one) => leaveAt(registry, terminal, one) })
  }

  /**
   * Somebody's rights have changed: what he opened and may not type into any more ends, unless another writes there.
   * `refreshed` answers the caller as he is now, null when he is none any more.
   */
  async recheck(userId: string, refreshed: (caller: Caller) => Promise<Caller | null>): Promise<void> {
    for (const terminal of this.all()) {
      const { opener } = terminal.parts
      if (terminal.ended || opener.userId !== userId) continue
      const now = await refreshed(opener)
      const leave = now && (await leaveAt(this.#parts.registry, terminal, now).catch(keptWhileUnreachable))
      const others = [...terminal.viewers].some(({ caller, writes }) => writes && caller.userId !== userId)
      if (leave !== 'write' && !others) await terminal.end(`${opener.username} may not use it any more`)
    }
  }

  async close(): Promise<void> {
    for (const timer of this.#forgetting) clearTimeout(timer)
    const ending = this.all().map((terminal) => terminal.end('Wheelhouse is stopping'))
    let late: NodeJS.Timeout | undefined
    await Promise.race([Promise.all(ending), new Promise((resolve) => (late = setTimeout(resolve, closeMs)))])
    clearTimeout(late)
  }

  /** Throws LIMIT_REACHED; answers how to say that the terminal stands, or does not. */
  #admit({ userId, username }: Caller): () => void {
    const who = userId ?? username
    const open = this.all().filter(({ ended, parts }) => !ended && parts.opener.userId === userId).length
    const coming = this.#opening.get(who) ?? 0
    if (open + coming >= this.#parts.perUser)
      throw new Failure(
        'LIMIT_REACHED',
        `You have ${open + coming} terminals open, the most there may be. End one: wh get terminals lists them.`,
        { limit: this.#parts.perUser },
      )
    this.#opening.set(who, coming + 1)
    return () => {
      const left = (this.#opening.get(who) ?? 1) - 1
      if (left > 0) this.#opening.set(who, left)
      else this.#opening.delete(who)
    }
  }

  /** It stays for a while, so that one who was cut off at the wrong moment still learns how it ended. */
  #over(terminal: Terminal, why: string): void {
    this.#records.ended(terminal, why).catch((error: unknown) => {
      this.#parts.log.error({ err: error, terminal: terminal.parts.id }, 'the end of a terminal was not recorded')
    })
    const before = this.all().filter((one) => one.ended && one.parts.opener.userId === terminal.parts.opener.userId)
    for (const one of before.slice(0, -keptEnded)) this.#terminals.delete(one.parts.id)
    const timer = setTimeout(() => {
      this.#forgetting.delete(timer)
      this.#terminals.delete(terminal.parts.id)
    }, this.#parts.detachedMs)
    timer.unref()
    this.#forgetting.add(timer)
  }
}
