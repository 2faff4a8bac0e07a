import { type Access, parsedLine } from '../log-formats/index.ts'
import type { TakenLines } from '../log-history/index.ts'
import type { MetricReader } from './history/history.ts'

/** Lines that are read in a second, of all services together. Beyond it those that are read stand for all of them. */
const mostASecond = 5_000
/** Of a service whose first so many lines are of no request, one in so many is looked at from then on. */
const firstLooked = 200
const lookedOneIn = 200
/** What was said longer ago is caught up on, and is no request of now. */
const oldestMs = 60_000
/** A longer line is about something else. */
const longestBytes = 8_192

interface Writer {
  /** Lines since the last one that was about a request. */
  others: number
}

interface Counted {
  requests: number
  errors: number
  refused: number
  bytes: number
  tookMs: number
  timed: number
}

/** Counts the requests that services tell in the lines they write, as nginx, Traefik and Caddy do. */
export class RequestCounter {
  readonly #observe: MetricReader['observe']
  readonly #writers = new Map<string, Writer>()
  #second = 0
  #read = 0

  constructor(observe: MetricReader['observe']) {
    this.#observe = observe
  }

  /** Lines of a service as they come. */
  take({ serviceId, lines }: Pick<TakenLines, 'serviceId' | 'lines'>, now: number): void {
    const count = lines.at.length
    if (count === 0 || lines.at[count - 1]! / 1000 < now - oldestMs) return
    let writer = this.#writers.get(serviceId)
    if (writer === undefined) this.#writers.set(serviceId, (writer = { others: 0 }))
    const isWriter = writer.others < firstLooked
    const most = isWriter ? this.#room(now) : Math.min(1, this.#room(now))
    if (most === 0 || (!isWriter && writer.others % lookedOneIn >= count)) {
      writer.others += isWriter ? 0 : count
      return
    }
    const counted: Counted = { requests: 0, errors: 0, refused: 0, bytes: 0, tookMs: 0, timed: 0 }
    const every = Math.max(1, Math.ceil(count / most))
    let read = 0
    for (const text of everyNth(lines.text, every)) {
      read++
      const access = text === null ? null : parsedLine(text).access
      if (access === null) writer.others++
      else {
        writer.others = 0
        add(counted, access)
      }
    }
    this.#read += read
    if (!isWriter) writer.others += count - read
    if (counted.requests > 0) this.#tell(serviceId, counted, count / read)
  }

  forget(serviceId: string): void {
    this.#writers.delete(serviceId)
  }

  #room(now: number): number {
    const second = Math.floor(now / 1000)
    if (second !== this.#second) {
      this.#second = second
      this.#read = 0
    }
    return Math.max(0, mostASecond - this.#read)
  }

  #tell(serviceId: string, { requests, errors, refused, bytes, tookMs, timed }: Counted, times: number): void {
    this.#observe('requests', serviceId, requests * times)
    this.#observe('requests.errors', serviceId, errors * times)
    this.#observe('requests.refused', serviceId, refused * times)
    if (bytes > 0) this.#observe('requests.bytes', serviceId, bytes * times)
    if (timed > 0) this.#observe('requests.response-ms', serviceId, tookMs / timed)
  }
}

function add(counted: Counted, { status, bytes, durationMs }: Access): void {
  counted.requests++
  if (status !== null && status >= 500) counted.errors++
  else if (status !== null && status >= 400) counted.refused++
  counted.bytes += bytes ?? 0
  if (durationMs === null) return
  counted.tookMs += durationMs
  counted.timed++
}

const newline = 10

/** One line in so many; null for one that is too long to be read. */
function* everyNth(text: Uint8Array, every: number): Generator<string | null> {
  const bytes = Buffer.from(text.buffer, text.byteOffset, text.byteLength)
  let from = 0
  for (let line = 0; from < bytes.length; line++) {
    const found = bytes.indexOf(newline, from)
    const end = found === -1 ? bytes.length : found
    if (line % every === 0) yield end - from > longestBytes ? null : bytes.toString('utf8', from, end)
    from = end + 1
  }
}
