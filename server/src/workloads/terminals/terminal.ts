import { setTimeout as sleep } from 'node:timers/promises'
import { Failure, type Service, type Terminal as View } from '@wheelhouse/contract'
import type { ExecSession } from '@wheelhouse/driver'
import type { Caller, TerminalOutlet, TerminalSize } from '../../dispatch/index.ts'
import { Pace } from './pace.ts'
import { Scrollback } from './scrollback.ts'
import { Viewer } from './viewer.ts'

const keptBytes = 262_144
const maxViewers = 20
/** How long an engine that went away is waited for, to end what was left there. */
const patienceMs = 900_000

export interface TerminalParts {
  readonly id: string
  readonly service: Service
  readonly command: readonly string[]
  readonly user: string | null
  readonly opener: Caller
  readonly session: ExecSession
  readonly size: TerminalSize
  /** How long it waits for somebody. */
  readonly detachedMs: number
  /** Once, when the command has ended for whatever reason; `why` is a clause. */
  ended(terminal: Terminal, why: string): void
}

/** The line broke and the command may still run: it is ended as soon as its target is heard. */
async function leaveNothing(session: ExecSession): Promise<void> {
  for (let waitedMs = 0; waitedMs < patienceMs;) {
    const gone = await session.end().then(
      () => true,
      (error: unknown) => !(error instanceof Failure && error.code === 'TARGET_UNREACHABLE'),
    )
    if (gone) return
    const delayMs = Math.min(5_000, 200 + waitedMs / 4)
    await sleep(delayMs, undefined, { ref: false })
    waitedMs += delayMs
  }
}

/** A command with a screen, those who look at it, and the last of what it printed. It outlives its viewers for a while. */
export class Terminal {
  readonly parts: TerminalParts
  readonly openedAt = new Date().toISOString()
  readonly scrollback = new Scrollback(keptBytes)
  readonly viewers = new Set<Viewer>()
  readonly done: Promise<void>
  shared = false
  exitCode: number | null = null
  /** Typed by all who may. */
  typedBytes = 0
  #size: TerminalSize
  #ended = false
  #why: string | null = null
  #expiresAt: number | null = null
  #expiry: NodeJS.Timeout | undefined

  constructor(parts: TerminalParts) {
    this.parts = parts
    this.#size = parts.size
    this.done = this.#run()
  }

  get ended(): boolean {
    return this.#ended
  }

  view(): View {
    const { id, service, command, user, opener } = this.parts
    return {
      id,
      serviceId: service.id,
      serviceName: service.name,
      targetId: service.targetId,
      command: [...command],
      user,
      openedBy: opener.username,
      openedAt: this.openedAt,
      state: this.#ended ? 'ended' : this.viewers.size > 0 ? 'attached' : 'detached',
      viewers: [...this.viewers].map(({ caller, writes, since }) => ({ username: caller.username, writes, since })),
      expiresAt: this.#expiresAt === null ? null : new Date(this.#expiresAt).toISOString(),
      exitCode: this.exitCode,
      receivedBytes: this.scrollback.end,
    }
  }

  /** Throws LIMIT_REACHED. */
  requireRoom(): void {
    if (this.viewers.size >= maxViewers)
      throw new Failure('LIMIT_REACHED', `${maxViewers} people look at this terminal already.`)
  }

  /** Lets somebody look on, from `after` on. Throws LIMIT_REACHED. */
  attach(
    caller: Caller,
    outlet: TerminalOutlet,
    rights: { readonly writes: boolean; readonly mayWrite: boolean },
    after: number | null,
  ): Viewer {
    this.requireRoom()
    const viewer = new Viewer(caller, outlet, this.scrollback, rights)
    const { id, serviceId, serviceName, targetId, command, openedBy, openedAt } = this.view()
    const terminal = { id, serviceId, serviceName, targetId, command, openedBy, openedAt }
    viewer.begin(after, (from) => viewer.tell({ type: 'opened', terminal, writes: rights.writes, ...from }))
    if (this.#ended) {
      this.#farewell(viewer)
      return viewer
    }
    this.viewers.add(viewer)
    clearTimeout(this.#expiry)
    this.#expiresAt = null
    viewer.tell({ type: 'size', ...this.#size })
    this.tellViewers()
    return viewer
  }

  detach(viewer: Viewer): void {
    if (!this.viewers.delete(viewer) || this.#ended) return
    if (this.viewers.size > 0) return this.tellViewers()
    const { detachedMs } = this.parts
    this.#expiresAt = Date.now() + detachedMs
    this.#expiry = setTimeout(() => void this.end('nobody came back to it'), detachedMs)
    this.#expiry.unref()
  }

  type(data: Uint8Array): void {
    if (this.#ended) return
    this.parts.session.write(data)
    this.typedBytes += data.length
  }

  closeInput(): void {
    if (!this.#ended) this.parts.session.closeInput()
  }

  async resize(size: TerminalSize): Promise<void> {
    if (this.#ended) return
    this.#size = size
    for (const viewer of this.viewers) viewer.tell({ type: 'size', ...size })
    await this.parts.session.resize(size.columns, size.rows)
  }

  /** A program that fills the screen draws it anew when its size changes, and only then. */
  async redraw(size: TerminalSize): Promise<void> {
    if (size.rows > 1) await this.parts.session.resize(size.columns, size.rows - 1)
    await this.resize(size)
  }

  /** Ends the command; `why` is a clause. Resolves when it is over. */
  async end(why: string): Promise<void> {
    this.#why ??= why
    clearTimeout(this.#expiry)
    await this.parts.session.end().catch(() => void leaveNothing(this.parts.session))
    await this.done
  }

  tellViewers(): void {
    const all = [...this.viewers]
    for (const one of all)
      one.tell({
        type: 'viewers',
        shared: this.shared,
        mayWrite: one.mayWrite,
        viewers: all.map((each) => ({
          username: each.caller.username,
          writes: each.writes,
          since: each.since,
          you: each === one,
        })),
      })
  }

  async #run(): Promise<void> {
    const { session } = this.parts
    const pace = new Pace()
    let why = 'its command ended'
    try {
      for await (const { data } of session.output) {
        this.scrollback.push(data)
        for (const viewer of this.viewers) viewer.offer(data)
        await pace.after(data.length, this.viewers)
      }
      this.exitCode = await session.exitCode()
    } catch (error) {
      why = error instanceof Failure ? `the connection to its target broke: ${error.message}` : 'its target lost it'
      if (this.#why === null) void leaveNothing(session)
    }
    this.#ended = true
    clearTimeout(this.#expiry)
    this.#expiresAt = null
    for (const viewer of this.viewers) this.#farewell(viewer)
    this.viewers.clear()
    this.parts.ended(this, this.#why ?? why)
  }

  #farewell(viewer: Viewer): void {
    viewer.catchUp()
    viewer.tell({ type: 'exit', exitCode: this.exitCode })
    viewer.close(1000, this.#why ?? 'the command has ended')
  }
}
