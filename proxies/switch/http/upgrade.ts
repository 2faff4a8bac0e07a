import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { type Attempt, attempt } from './attempt.ts'
import { endToEnd, type Target, toUpstream } from './headers.ts'
import { join } from '../join.ts'
import type { Limits } from '../limits.ts'
import type { LiveRoute } from '../live-route.ts'
import type { LiveUpstream } from '../live-upstream.ts'
import { plainMessage, type Refusal, refusals } from './plain-answer.ts'

export interface Upgrading {
  readonly route: LiveRoute
  readonly limits: Limits
  readonly request: IncomingMessage
  readonly target: Target
  readonly client: Socket
  /** What the client sent behind its request. */
  readonly head: Buffer
}

/** Passes a change of protocol on, and then the bytes of both sides as they are. */
export function upgrade(upgrading: Upgrading): void {
  tryNext(upgrading, new Set())
}

function tryNext(upgrading: Upgrading, tried: Set<LiveUpstream>): void {
  const { route, limits, request, target, client, head } = upgrading
  if (client.destroyed) return
  const upstream = route.next(tried)
  if (upstream === null) {
    refuse(client, tried.size === 0 ? refusals.nobody : refusals.noneAnswered)
    return
  }
  const done = upstream.begin()
  const since = performance.now()
  const outgoing = {
    method: 'GET',
    path: target.path,
    headers: toUpstream(request, target, request.headers.upgrade),
    repeatable: true,
    fresh: true,
  }
  const leave = (): void => {
    done()
    current.abandon()
  }
  client.on('error', leave).on('close', leave)
  const current: Attempt = attempt(upstream, outgoing, limits, {
    ready: (sent) => {
      sent.end()
      current.awaitAnswer()
    },
    answer: (answer) => {
      upstream.answered(performance.now() - since)
      if ((answer.statusCode ?? 0) >= 500) upstream.failed()
      client.write(headOf(answer, ['Connection', 'close']), 'latin1')
      answer.on('error', () => client.destroy())
      answer.pipe(client) // its end is the end of the connection, so it needs no length
    },
    upgraded: (answer, socket, upstreamHead) => {
      upstream.answered(performance.now() - since)
      client.off('error', leave).off('close', leave)
      client.write(headOf(answer, ['Connection', 'Upgrade', 'Upgrade', answer.headers.upgrade ?? '']), 'latin1')
      if (upstreamHead.length > 0) client.write(upstreamHead)
      if (head.length > 0) socket.write(head)
      const forget = upstream.cuttable(() => {
        client.destroy()
        socket.destroy()
        done()
      })
      join(client, socket as Socket, () => {
        forget()
        done()
      })
    },
    missed: ({ sent, cause }) => {
      done()
      client.off('error', leave).off('close', leave)
      upstream.failed()
      tried.add(upstream)
      if (sent) refuse(client, cause === 'timeout' ? refusals.tooLate : refusals.broken)
      else {
        upstream.avoidUntil = Date.now() + limits.avoidMs
        tryNext(upgrading, tried)
      }
    },
  })
}

function headOf(answer: IncomingMessage, more: readonly string[]): string {
  const headers = [...endToEnd(answer.rawHeaders), ...more]
  let head = `HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\n`
  for (let at = 0; at < headers.length; at += 2) head += `${headers[at]}: ${headers[at + 1]}\r\n`
  return `${head}\r\n`
}

export function refuse(client: Socket, refusal: Refusal): void {
  if (!client.destroyed) client.end(plainMessage(refusal))
}
