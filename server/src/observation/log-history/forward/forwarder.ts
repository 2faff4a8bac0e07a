import { setTimeout as pause } from 'node:timers/promises'
import { logLevels } from '@wheelhouse/contract'
import { logStreams } from '@wheelhouse/driver'
import { levelOf, sourceOf } from '@wheelhouse/platform/lines'
import type { Log } from '@wheelhouse/platform/log'
import type { SourceRow } from '../store.ts'
import type { TakenLines } from '../taps.ts'
import { destinationOf, destinations, type OutLine, type OutStream } from './destination.ts'

export interface ForwardState {
  readonly kind: 'loki' | 'victorialogs'
  /** Without user and password. */
  readonly address: string
  readonly sent: number
  readonly waiting: number
  /** Lines that were left out as the destination did not take them in time. */
  readonly dropped: number
  readonly problem: string | null
}

export interface ForwarderParts {
  readonly setting: string
  readonly log: Log
  source(id: number): SourceRow | null
}

const gatherMs = 1_000
const mostLines = 5_000
const mostBytes = 2_097_152
const waitingBytes = 33_554_432
const requestMs = 15_000
const longestPauseMs = 60_000
/** Refusals that a change over there mends. */
const mayPass = new Set([401, 403, 404, 408, 429])

interface Piece {
  readonly labels: Readonly<Record<string, string>>
  readonly lines: OutLine[]
  readonly bytes: number
}

/**
 * Sends what is taken down on to a store of its own. What waits is bounded: while the destination is away the oldest lines are left out
 * and counted; here they are kept all the same.
 */
export class Forwarder {
  readonly #parts: ForwarderParts
  readonly #to: ReturnType<typeof destinationOf>
  readonly #stop = new AbortController()
  readonly #done: Promise<void>
  #queue: Piece[] = []
  #bytes = 0
  #sent = 0
  #dropped = 0
  #problem: string | null = null

  constructor(parts: ForwarderParts) {
    this.#parts = parts
    this.#to = destinationOf(parts.setting)
    this.#done = this.#run()
  }

  get state(): ForwardState {
    return {
      kind: this.#to.kind,
      address: this.#to.base,
      sent: this.#sent,
      waiting: this.#queue.reduce((sum, { lines }) => sum + lines.length, 0),
      dropped: this.#dropped,
      problem: this.#problem,
    }
  }

  readonly take = ({ source, lines }: TakenLines): void => {
    const row = this.#parts.source(source)
    const labels = {
      job: 'wheelhouse',
      service: row?.name ?? String(source),
      ...(row?.stack ? { stack: row.stack } : {}),
      target: row?.targetName ?? '',
    }
    const bytes = Buffer.from(lines.text.buffer, lines.text.byteOffset, lines.text.byteLength)
    const out: OutLine[] = []
    for (let line = 0, start = 0; line < lines.at.length; line++) {
      const end = bytes.indexOf(10, start)
      const marks = lines.marks[line]!
      out.push({
        at: lines.at[line]!,
        level: logLevels[levelOf(marks) - 1] ?? null,
        stream: logStreams[sourceOf(marks)] ?? 'system',
        text: bytes.toString('utf8', start, end),
      })
      start = end + 1
    }
    this.#queue.push({ labels, lines: out, bytes: lines.text.length })
    this.#bytes += lines.text.length
    while (this.#bytes > waitingBytes && this.#queue.length > 1) {
      const oldest = this.#queue.shift()!
      this.#bytes -= oldest.bytes
      this.#dropped += oldest.lines.length
    }
  }

  /** What still waits is sent once more, and then let go: it is kept here. */
  async close(): Promise<void> {
    this.#stop.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    for (let tries = 0; !signal.aborted;) {
      const waitMs = tries === 0 ? gatherMs : Math.min(longestPauseMs, 500 * 2 ** Math.min(tries, 8))
      await pause(waitMs, undefined, { signal, ref: false }).catch(() => undefined)
      tries = (await this.#flush()) ? 0 : tries + 1
    }
  }

  /** Sends lot after lot until nothing waits. False where the destination did not take one. */
  async #flush(): Promise<boolean> {
    while (this.#queue.length > 0) {
      const lot = this.#nextLot()
      const count = lot.reduce((sum, { lines }) => sum + lines.length, 0)
      const { isTaken, problem } = await this.#send(lot)
      if (problem !== null && this.#problem === null)
        this.#parts.log.warn({ address: this.#to.base, problem }, 'lines are not taken by where they are forwarded to')
      this.#problem = problem
      if (problem !== null) return this.#giveBack(lot)
      if (isTaken) this.#sent += count
      else this.#dropped += count
    }
    return true
  }

  #nextLot(): Piece[] {
    const lot: Piece[] = []
    let [lines, bytes] = [0, 0]
    while (this.#queue.length > 0 && lines < mostLines && bytes < mostBytes) {
      const piece = this.#queue.shift()!
      lot.push(piece)
      lines += piece.lines.length
      bytes += piece.bytes
      this.#bytes -= piece.bytes
    }
    return lot
  }

  #giveBack(lot: readonly Piece[]): false {
    this.#queue = [...lot, ...this.#queue]
    this.#bytes += lot.reduce((sum, { bytes }) => sum + bytes, 0)
    return false
  }

  /** Whether it was taken; with a problem it is to be sent again, without one it never will be. */
  async #send(lot: readonly Piece[]): Promise<{ isTaken: boolean; problem: string | null }> {
    const groups = Map.groupBy(lot, ({ labels }) => JSON.stringify(labels))
    const streams: OutStream[] = [...groups.values()].map((pieces) => ({
      labels: pieces[0]!.labels,
      lines: pieces.flatMap(({ lines }) => lines),
    }))
    const { path, contentType, body } = destinations[this.#to.kind](streams)
    const { authorization, base } = this.#to
    try {
      const answer = await fetch(base + path, {
        method: 'POST',
        headers: { 'content-type': contentType, ...(authorization === null ? {} : { authorization }) },
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(requestMs),
      })
      const words = answer.ok ? '' : (await answer.text()).slice(0, 300)
      if (answer.ok) {
        await answer.body?.cancel()
        return { isTaken: true, problem: null }
      }
      // What it will never take must not stand in the way of what comes behind it.
      const isFinal = answer.status >= 400 && answer.status < 500 && !mayPass.has(answer.status)
      if (isFinal)
        this.#parts.log.warn({ status: answer.status, words }, 'lines were refused by where they are sent on to')
      return { isTaken: false, problem: isFinal ? null : `It answers ${answer.status}: ${words}` }
    } catch (error) {
      const { message, cause } = error as Error
      return { isTaken: false, problem: `It does not answer: ${cause instanceof Error ? cause.message : message}` }
    }
  }
}
