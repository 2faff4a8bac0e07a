import { Failure } from '@wheelhouse/contract'
import type { Proxy, Route } from '@wheelhouse/proxies/proxy'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DeployRoom } from '../room.ts'
import { nothingToUndo, type StepKind } from '../saga/step-kinds.ts'

export interface RouteArgs extends Record<string, unknown> {
  readonly proxy: Proxy['kind']
  readonly route: Route
  /** What there was before; null for nothing. */
  readonly before: Route | null
}

export function proxyOf(room: Pick<DeployRoom, 'proxies'>, kind: Proxy['kind']): Proxy {
  const proxy = room.proxies.get(kind)
  if (!proxy)
    throw new Failure(
      'CAPABILITY_MISSING',
      `There is no ${kind} to lead requests. Set its address in the settings, or expose the service through the switch.`,
    )
  return proxy
}

const undoDrainMs = 10_000

/** Waits for the requests under way; all of the time where the proxy does not tell of them. Answers how many are left, null if untold. */
async function drained(
  proxy: Proxy,
  { routeId, upstreamId, timeoutMs }: Pick<DrainArgs, 'routeId' | 'upstreamId' | 'timeoutMs'>,
  signal: AbortSignal,
): Promise<number | null> {
  if (proxy.features.has('drain')) return proxy.drain(routeId, upstreamId, timeoutMs, signal)
  await sleep(timeoutMs, undefined, { signal })
  return null
}

/** Leads requests to the upstreams of a route, all at once. */
export const routeSet: StepKind<RouteArgs, { gapMs: number }> = {
  do: (args, { room }) => proxyOf(room, args.proxy).set(args.route),
  async undo(args, _result, { room, signal }) {
    const proxy = proxyOf(room, args.proxy)
    const stay = new Set(args.before?.upstreams.map(({ id }) => id))
    const leaving = args.route.upstreams.filter(({ id }) => !stay.has(id))
    if (args.before === null) {
      await proxy.remove(args.route.id)
      return `Port ${args.route.listen.port} is closed again.`
    }
    await proxy.set(args.before)
    // What is under way at the new ones is answered before they are removed.
    await Promise.all(
      leaving.map(({ id }) =>
        drained(proxy, { routeId: args.route.id, upstreamId: id, timeoutMs: undoDrainMs }, signal),
      ),
    )
    return `Requests to port ${args.route.listen.port} go where they went before.`
  },
}

export interface DrainArgs extends Record<string, unknown> {
  readonly proxy: Proxy['kind']
  readonly routeId: string
  readonly upstreamId: string
  readonly name: string
  readonly timeoutMs: number
}

/** Waits for the requests that are under way at an instance that takes no more. */
export const routeDrain: StepKind<DrainArgs, { left: number | null }> = {
  async do(args, { room, signal, log }) {
    const proxy = proxyOf(room, args.proxy)
    if (!proxy.features.has('drain'))
      log(`${args.proxy} does not tell what is under way to ${args.name}: ${args.timeoutMs} ms are waited.`)
    const left = await drained(proxy, args, signal)
    if (left !== null && left > 0)
      log(`${left} requests to ${args.name} were still under way after ${args.timeoutMs} ms.`)
    return { left }
  },
  undo: nothingToUndo,
}
