import { type NewEvent, type Operation, type Service, services, terminals } from '@wheelhouse/contract'
import { type Announce, type AuditTrail, type Caller, refusalEvent } from '../../dispatch/index.ts'
import type { Terminal } from './terminal.ts'

/** Joining and ending by itself are no calls of the contract, but they stand in the audit beside those that are. */
const joined: Operation = { ...terminals.get, id: 'terminals.join', verb: 'join' }
const ended: Operation = { ...terminals.end, id: 'terminals.ended', verb: 'ended' }

/** What is told of a terminal, in the audit and as events: who, where, how it ended, and never what was typed or shown. */
export class TerminalRecords {
  readonly #audit: AuditTrail
  readonly #announce: Announce

  constructor(audit: AuditTrail, announce: Announce) {
    this.#audit = audit
    this.#announce = announce
  }

  /** The same entry as of a one-shot command, written before it runs. Throws STORAGE_FULL: then nothing runs. */
  opening(caller: Caller, serviceId: string, argv: readonly string[], user: string | undefined) {
    return this.#audit.begin({
      caller,
      operation: services.exec,
      input: { id: serviceId, argv: [...argv], tty: true, ...(user === undefined ? {} : { user }) },
      requestId: crypto.randomUUID(),
    })
  }

  /** A socket comes by no operation, so nobody else tells of it. */
  refused(caller: Caller, service: Service, error: unknown): void {
    const { id: serviceId, targetId, name: serviceName } = service
    const place = { targetId, serviceId }
    const data = { face: caller.face, tty: true }
    const event = refusalEvent(error, { actor: caller.username, what: services.exec.id, place, serviceName, data })
    if (event) this.#announce(event)
  }

  opened(terminal: Terminal): void {
    const { opener, service, command } = terminal.parts
    this.#tell(terminal, opener, `${opener.username} opened a terminal in ${service.name}.`, {
      phase: 'opened',
      argv: [...command],
      ip: opener.ip,
    })
  }

  async joined(terminal: Terminal, caller: Caller, writes: boolean): Promise<void> {
    const { id, opener, service } = terminal.parts
    await this.#audit.record({
      caller,
      operation: joined,
      input: { id, writes },
      requestId: crypto.randomUUID(),
      outcome: 'done',
      resource: `terminal:${id}`,
      after: { serviceId: service.id, openedBy: opener.username },
    })
    // One whose connection came back has not come for the others to hear of.
    if (caller.userId === opener.userId) return
    const message = `${caller.username} joined the terminal of ${opener.username} in ${service.name}.`
    this.#tell(terminal, caller, message, { phase: 'joined', writes, ip: caller.ip })
  }

  async ended(terminal: Terminal, why: string): Promise<void> {
    const { id, opener, service, command } = terminal.parts
    const { exitCode } = terminal
    const figures = { exitCode, outputBytes: terminal.scrollback.end, typedBytes: terminal.typedBytes, why }
    this.#tell(terminal, opener, `The terminal of ${opener.username} in ${service.name} is over: ${why}.`, {
      phase: 'ended',
      ...figures,
    })
    await this.#audit.record({
      caller: opener,
      operation: ended,
      input: { id },
      requestId: crypto.randomUUID(),
      outcome: 'done',
      resource: `terminal:${id}`,
      after: { serviceId: service.id, command: [...command], openedAt: terminal.openedAt, ...figures },
    })
  }

  #tell(terminal: Terminal, actor: Caller, message: string, data: NonNullable<NewEvent['data']>): void {
    const { id, service } = terminal.parts
    this.#announce({
      type: 'service.exec',
      severity: 'info',
      actor: actor.username,
      targetId: service.targetId,
      serviceId: service.id,
      serviceName: service.name,
      stack: service.stack,
      message,
      data: { terminalId: id, ...data },
    })
  }
}
