import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import { type Attempt, attempt, type Miss } from './attempt.ts'
import { type Target, toClient, toUpstream } from './headers.ts'
import type { Limits } from '../limits.ts'
import type { LiveRoute } from '../live-route.ts'
import type { LiveUpstream } from '../live-upstream.ts'
import { plainAnswer, refusals } from './plain-answer.ts'
import { pairs, RequestBody } from './request-body.ts'

const repeatableMethods = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])

/** Whether a request may reach an upstream twice: by its method, or because the client marked it for that. */
export const isRepeatable = ({ method, headers }: IncomingMessage): boolean =>
  repeatableMethods.has(method ?? '') || headers['idempotency-key'] !== undefined

/** Carries one request to an upstream of the route and its answer back. */
export class Forward {
  readonly #route: LiveRoute
  readonly #limits: Limits
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #target: Target
  readonly #body: RequestBody
  readonly #repeatable: boolean
  readonly #tried = new Set<LiveUpstream>()
  readonly #waitsForContinue: boolean
  #resent = false
  #current: Attempt | null = null
  #done: () => void = () => {}

  /** `expectsContinue`: the client sends its body only once it was told to. */
  constructor(
    route: LiveRoute,
    limits: Limits,
    request: IncomingMessage,
    response: ServerResponse,
    target: Target,
    expectsContinue: boolean,
  ) {
    this.#route = route
    this.#limits = limits
    this.#request = request
    this.#response = response
    this.#target = target
    this.#body = new RequestBody(request, limits.replayBytes)
    this.#repeatable = isRepeatable(request)
    this.#waitsForContinue = expectsContinue
  }

  start(): void {
    this.#response.on('close', () => {
      // Also when all went well; then there is nothing left to end.
      if (!this.#response.writableFinished) this.#current?.abandon()
      this.#done()
    })
    this.#response.on('error', () => this.#current?.abandon())
    this.#request.on('error', () => this.#current?.abandon())
    this.#next(null)
  }

  /** `again` is the upstream whose kept connection was gone: it is asked once more, on a new one. */
  #next(again: LiveUpstream | null): void {
    if (this.#response.destroyed) return
    const upstream = again ?? this.#route.next(this.#tried)
    if (upstream === null) {
      this.#refuse(this.#tried.size === 0 ? refusals.nobody : refusals.noneAnswered)
      return
    }
    const done = upstream.begin()
    this.#done = done
    const since = performance.now()
    const outgoing = {
      method: this.#request.method ?? 'GET',
      path: this.#target.path,
      headers: toUpstream(this.#request, this.#target),
      repeatable: this.#repeatable,
      fresh: again !== null,
    }
    this.#current = attempt(upstream, outgoing, this.#limits, {
      ready: (request) => this.#send(request),
      answer: (answer) => {
        upstream.answered(performance.now() - since)
        if ((answer.statusCode ?? 0) >= 500) upstream.failed()
        this.#answer(answer, upstream)
      },
      information: ({ statusCode, headers }) => {
        // 100 is answered where it was asked for; hints are passed on, the rest means nothing to a client.
        if (statusCode === 103 && headers.link !== undefined && !this.#response.headersSent) {
          this.#response.writeEarlyHints({ link: headers.link })
        }
      },
      missed: (miss) => {
        done()
        this.#body.hold()
        this.#missed(miss, upstream)
      },
    })
  }

  #send(request: ClientRequest): void {
    const sent = (): void => this.#current?.awaitAnswer()
    if (this.#body.empty) {
      request.end()
      sent()
      return
    }
    if (!this.#waitsForContinue || this.#body.ended) {
      this.#body.sendTo(request, sent)
      return
    }
    const proceed = (): void => {
      clearTimeout(timer)
      request.off('continue', proceed)
      if (request.destroyed || this.#response.headersSent) return
      if (!this.#continued) this.#response.writeContinue()
      this.#continued = true
      this.#body.sendTo(request, sent)
    }
    const timer = setTimeout(proceed, this.#limits.continueMs)
    request.once('continue', proceed)
    request.once('response', () => clearTimeout(timer))
    request.once('close', () => clearTimeout(timer))
    request.flushHeaders()
  }
  #continued = false

  #missed({ cause, sent, reused, answering }: Miss, upstream: LiveUpstream): void {
    if (!sent && reused && !this.#resent) {
      // Closed while it rested: not a word of the request left, and the upstream is not to blame.
      this.#resent = true
      this.#next(upstream.retired ? null : upstream)
      return
    }
    const mayResend = this.#repeatable && this.#body.repeatable && !answering && cause === 'broken' && !this.#resent
    if (sent && reused && mayResend) {
      this.#resent = true
      this.#next(upstream.retired ? null : upstream)
      return
    }
    upstream.failed()
    this.#tried.add(upstream)
    if (!sent) {
      upstream.avoidUntil = Date.now() + this.#limits.avoidMs
      this.#next(null)
    } else if (mayResend) {
      this.#resent = true
      this.#next(null)
    } else {
      this.#refuse(cause === 'timeout' ? refusals.tooLate : refusals.broken)
    }
  }

  #answer(answer: IncomingMessage, upstream: LiveUpstream): void {
    const response = this.#response
    const broken = (): void => {
      if (answer.complete || response.destroyed) return
      upstream.failed()
      response.destroy() // the client has to see that the answer is not whole
    }
    answer.on('error', broken)
    answer.on('close', broken)
    // Rest of a body that the upstream did not want: nobody must wait for it to be taken.
    if (!this.#body.ended) this.#current?.request.on('error', () => this.#body.discard())
    try {
      const headers = toClient(answer, this.#request)
      // The client may or may not send the body it was not told to send: the connection cannot be used again.
      if (this.#waitsForContinue && !this.#continued) headers.push('Connection', 'close')
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, headers)
    } catch {
      this.#current?.abandon()
      upstream.failed()
      this.#refuse(refusals.broken)
      return
    }
    // Head and body leave in one piece where both are here; a stream of events begins with its head alone.
    setImmediate(() => {
      if (!response.destroyed && !response.writableEnded) response.flushHeaders()
    })
    answer.on('end', () => {
      if (answer.rawTrailers.length > 0 && response.chunkedEncoding) response.addTrailers(pairs(answer.rawTrailers))
      response.end()
      if (!this.#body.ended) this.#body.discard()
    })
    answer.pipe(response, { end: false })
  }

  #refuse(refusal: (typeof refusals)[keyof typeof refusals]): void {
    this.#body.discard()
    plainAnswer(this.#response, refusal, this.#waitsForContinue && !this.#continued)
  }
}
