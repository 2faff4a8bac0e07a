import { Failure } from '@wheelhouse/contract'
import type { Proxy, Route } from '@wheelhouse/proxies/proxy'
import { setTimeout as sleep } from 'node:timers/promises'
import { routeIdOf } from '../plan/changes.ts'
import { isDeepStrictEqual } from 'node:util'
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
/** As they are kept: the one before comes out of the journal. */
const isSame = (one: Route | null, other: Route | null): boolean =>
  isDeepStrictEqual(JSON.parse(JSON.stringify(one)), JSON.parse(JSON.stringify(other)))

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
  async undo(args, result, { room, signal }) {
    const proxy = proxyOf(room, args.proxy)
    // One that failed has changed nothing: to set what is set already could only fail again.
    if (result === null && isSame(await proxy.get(args.route.id), args.before)) return null
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

export interface RemoveArgs extends Record<string, unknown> {
  readonly proxy: Proxy['kind']
  readonly before: Route
  /** The route that takes its place. */
  readonly to: string
}

/** Takes away the route of a service that has another name now, so that its successor can listen where it did. */
export const routeRemove: StepKind<RemoveArgs, null> = {
  async do(args, { room }) {
    await proxyOf(room, args.proxy).remove(args.before.id)
    return null
  },
  async undo(args, _result, { room }) {
    await proxyOf(room, args.proxy).set(args.before)
    return `Requests to port ${args.before.listen.port} go where they went before.`
  },
}

/** Closes the routes of a stack that was removed: its port is free for another then. What cannot be closed is told in the log. */
export async function closeRoutesOf(
  room: Pick<DeployRoom, 'releases' | 'proxies' | 'log'>,
  stack: string,
  targetId: string,
): Promise<void> {
  for (const release of await room.releases.store.list({})) {
    if (!release.uses.targetIds.includes(targetId)) continue
    const content = await room.releases.store.content(release.id)
    for (const { rendered, ...placement } of content?.placements ?? []) {
      if (rendered.name !== stack || placement.targetId !== targetId) continue
      for (const { spec, deploy } of rendered.workloads) {
        const proxy = deploy?.expose == null ? undefined : room.proxies.get(deploy.expose.proxy)
        const id = routeIdOf(release.stack, release.environment, spec.service, targetId)
        await proxy
          ?.remove(id)
          .catch((error: unknown) => room.log.warn({ err: error, route: id }, 'a route was not closed'))
      }
    }
  }
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
