import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Limits } from '../limits.ts'
import type { LiveUpstream } from '../live-upstream.ts'

export interface Outgoing {
  readonly method: string
  readonly path: string
  readonly headers: string[]
  /** Whether the upstream may see it twice without harm. */
  readonly repeatable: boolean
  /** A connection of its own, not one that was kept. */
  readonly fresh: boolean
}

/** Why an upstream gave no answer. */
export interface Miss {
  readonly cause: 'connect' | 'timeout' | 'broken'
  /** False when it cannot have seen anything of the request. */
  readonly sent: boolean
  /** True when the connection had served a request before: then it most likely was just closed. */
  readonly reused: boolean
  readonly answering: boolean
}

export interface Watcher {
  /** The connection stands: now the request may be written. */
  ready(request: ClientRequest): void
  answer(answer: IncomingMessage): void
  upgraded?(answer: IncomingMessage, socket: Duplex, head: Buffer): void
  information?(answer: { statusCode: number; headers: NodeJS.Dict<string | string[]> }): void
  missed(miss: Miss): void
}

export interface Attempt {
  readonly request: ClientRequest
  /** The body is out: from here on the upstream has its time to answer. */
  awaitAnswer(): void
  abandon(): void
}

/**
 * One request on one connection. Nothing is written before the connection stands, so that a refused one costs nothing; on a kept
 * connection one turn of the loop passes before a request that must not be sent twice, so that a close that already arrived is seen.
 */
export function attempt(upstream: LiveUpstream, outgoing: Outgoing, limits: Limits, watcher: Watcher): Attempt {
  const { method, path, headers, repeatable, fresh } = outgoing
  const request = httpRequest({
    host: upstream.host,
    port: upstream.port,
    method,
    path,
    headers,
    agent: fresh ? false : upstream.agent(repeatable),
    timeout: limits.stallMs,
    maxHeaderSize: 64 << 10,
  })
  let state: 'connecting' | 'ready' | 'answered' | 'over' = 'connecting'
  let bytesBefore = 0
  let socket: Socket | null = null
  let timedOut = false
  let timer: NodeJS.Timeout | undefined

  const expire = (): void => {
    timedOut = true
    request.destroy(new Error('no answer in time'))
  }
  const ready = (): void => {
    if (state !== 'connecting' || request.destroyed) return
    clearTimeout(timer)
    state = 'ready'
    watcher.ready(request)
  }
  const miss = (): void => {
    clearTimeout(timer)
    if (state === 'answered' || state === 'over') return
    const sent = state === 'ready'
    state = 'over'
    const cause = timedOut ? 'timeout' : sent || request.reusedSocket ? 'broken' : 'connect'
    const answering = socket !== null && socket.bytesRead > bytesBefore
    watcher.missed({ cause, sent, reused: request.reusedSocket, answering })
  }

  timer = setTimeout(expire, limits.connectMs)
  request.once('socket', (one) => {
    socket = one
    bytesBefore = one.bytesRead
    if (one.connecting) one.once('connect', ready)
    else if (request.reusedSocket && !repeatable) setImmediate(ready)
    else ready()
  })
  request.on('timeout', expire)
  request.on('error', miss)
  request.once('close', miss)
  request.on('response', (answer) => {
    clearTimeout(timer)
    state = 'answered'
    watcher.answer(answer)
  })
  request.on('upgrade', (answer, upgradedSocket, head) => {
    clearTimeout(timer)
    if (watcher.upgraded === undefined) {
      upgradedSocket.destroy() // it changed the protocol though nobody asked
      miss()
      return
    }
    state = 'answered'
    watcher.upgraded(answer, upgradedSocket, head)
  })
  request.on('information', (answer) => watcher.information?.(answer))
  return {
    request,
    awaitAnswer: () => {
      if (state === 'ready') timer = setTimeout(expire, limits.answerMs)
    },
    abandon: () => {
      state = 'over'
      clearTimeout(timer)
      request.destroy()
    },
  }
}
