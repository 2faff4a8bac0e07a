import type { ClientRequest, IncomingMessage } from 'node:http'
import { hasBody } from './headers.ts'

/** The body of a request on its way: passed on as fast as the upstream takes it, its beginning kept to be sent again. */
export class RequestBody {
  readonly #request: IncomingMessage
  readonly #keep: number
  readonly empty: boolean
  #kept: Buffer[] = []
  #keptBytes = 0
  #whole = true
  #ended: boolean
  #release: () => void = () => {}

  constructor(request: IncomingMessage, keepBytes: number) {
    this.#request = request
    this.#keep = keepBytes
    this.empty = !hasBody(request)
    this.#ended = this.empty
  }

  /** True while all that was read from the client is still at hand. */
  get repeatable(): boolean {
    return this.#whole
  }

  /** True when the client has sent all of it. */
  get ended(): boolean {
    return this.#ended
  }

  /** Sends what is kept and then what comes; ends `to` after it. `onSent` is called once it is all handed over. */
  sendTo(to: ClientRequest, onSent: () => void): void {
    for (const chunk of this.#kept) to.write(chunk)
    if (this.#ended) {
      this.#finish(to, onSent)
      return
    }
    const request = this.#request
    const onData = (chunk: Buffer): void => {
      this.#remember(chunk)
      if (!to.write(chunk)) request.pause()
    }
    const onDrain = (): void => void request.resume()
    const onEnd = (): void => {
      this.#ended = true
      this.#release()
      this.#finish(to, onSent)
    }
    this.#release = () => {
      request.off('data', onData).off('end', onEnd)
      to.off('drain', onDrain)
    }
    request.on('data', onData).on('end', onEnd)
    to.on('drain', onDrain)
    request.resume()
  }

  /** Stops passing on; the client waits until `sendTo` is called again, or `discard`. */
  hold(): void {
    this.#release()
    this.#release = () => {}
    if (!this.#ended) this.#request.pause()
  }

  /** Reads the rest for nobody, so that the connection can carry the next request. */
  discard(): void {
    this.#release()
    this.#kept = []
    if (!this.#ended) this.#request.resume()
  }

  #finish(to: ClientRequest, onSent: () => void): void {
    const trailers = this.#request.rawTrailers
    if (trailers.length > 0) to.addTrailers(pairs(trailers))
    to.end()
    onSent()
  }

  #remember(chunk: Buffer): void {
    if (!this.#whole) return
    this.#keptBytes += chunk.length
    if (this.#keptBytes <= this.#keep) {
      this.#kept.push(chunk)
      return
    }
    this.#whole = false
    this.#kept = []
  }
}

/** A raw header list as pairs, as `addTrailers` takes it. */
export function pairs(raw: readonly string[]): [string, string][] {
  const list: [string, string][] = []
  for (let at = 0; at < raw.length; at += 2) list.push([raw[at] ?? '', raw[at + 1] ?? ''])
  return list
}
