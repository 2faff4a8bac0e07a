import type { ChildProcess } from 'node:child_process'
import { Failure } from '@wheelhouse/contract'
import { isRunning, type RunIdentity, signalGroup } from './group.ts'
import { signalNumber } from './signals.ts'

/** A process in the kernel's uninterruptible sleep outlives even KILL; so long we wait for it. */
const killGraceMs = 10_000

/** A run we watch: our own child, or one adopted from an earlier control plane. */
export class LiveRun {
  readonly identity: RunIdentity
  readonly #child: ChildProcess | null
  readonly #gone = Promise.withResolvers<void>()
  readonly #onGone: () => void
  #code: number | null = null
  #killed = false
  #isGone = false

  /** `onGone` is called once, when its leader has ended. */
  constructor(identity: RunIdentity, child: ChildProcess | null, onGone: () => void) {
    this.identity = identity
    this.#child = child
    this.#onGone = onGone
    if (child === null) return
    child.once('exit', (code) => this.#ended(code))
    // It may have ended before we listened.
    if (child.exitCode !== null || child.signalCode !== null) this.#ended(child.exitCode)
  }

  #ended(code: number | null): void {
    if (this.#isGone) return
    this.#isGone = true
    this.#code = code
    this.#gone.resolve()
    this.#onGone()
  }

  /** Nobody tells of the end of one that is not our child. */
  check(): void {
    if (this.#child === null && !this.#isGone && !isRunning(this.identity)) this.#ended(null)
  }

  /** Of the command: as written down, else as our child told, else what KILL means. */
  exitCode(written: number | null): number | null {
    return written ?? this.#code ?? (this.#killed ? 128 + signalNumber('KILL') : null)
  }

  signal(signal: string): boolean {
    return signalGroup(this.identity, signalNumber(signal))
  }

  /** KILL to the group, without waiting. */
  strike(): void {
    this.#killed = true
    this.signal('KILL')
  }

  /** Throws TIMED_OUT when it does not even die. */
  async kill(name: string): Promise<void> {
    this.strike()
    if (await this.goneWithin(killGraceMs)) return
    throw new Failure('TIMED_OUT', `${name} does not end, not even killed: it waits for a device. Check its disks.`)
  }

  async goneWithin(ms: number): Promise<boolean> {
    const poll = setInterval(() => this.check(), 50)
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(this.#isGone), ms)
    })
    try {
      return await Promise.race([this.#gone.promise.then(() => true), late])
    } finally {
      clearTimeout(timer)
      clearInterval(poll)
    }
  }

  letGo(): void {
    this.#child?.removeAllListeners()
    this.#isGone = true
  }
}
