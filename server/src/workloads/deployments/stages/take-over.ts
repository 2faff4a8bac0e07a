import { clash, type Proxy, type Route, type Upstream } from '@wheelhouse/proxies/proxy'
import { Failure } from '@wheelhouse/contract'
import { askChecks } from '../checks/ask.ts'
import { type Change, routeOf } from '../plan/changes.ts'
import type { Run } from '../saga/run.ts'
import { addressOf, type Instance, isUp } from '../steps/instances.ts'
import { proxyOf, type RemoveArgs } from '../steps/routes.ts'
import { labelOf } from './changes.ts'
import { instanceOf, standsAside } from './instances.ts'

const usualDrainMs = 30_000
const usualGateMs = 120_000

/** Changes of one exposed service, by the route they share. */
function groupsOf(run: Run, changes: readonly Change[]): Map<string, Change[]> {
  const exposed = changes.filter((change) => (change.workload.deploy?.expose ?? null) !== null)
  return Map.groupBy(exposed, ({ workload }) => routeOf(run.deployment, workload.spec.service, changes))
}

const takeOverStep = (routeId: string, of: string): string => `route ${routeId} take over ${of}`

async function upstreamOf(run: Run, change: Change, instance: Instance, weight: number): Promise<Upstream> {
  const address = await addressOf(run, change.targetId, change.workload, instance)
  if (address === null)
    throw new Failure(
      'STATE_CONFLICT',
      `${labelOf(run, change)} is not reached on its port. See that it listens there.`,
    )
  return { id: instance.serviceId, ...address, weight }
}

/**
 * Leads requests to the new instances of `taking`: all of them, or `share` percent beside the old. Instances that have not been replaced
 * yet go on taking theirs. Notes the longest gap of the run.
 */
export async function lead(
  run: Run,
  changes: readonly Change[],
  taking: readonly Change[],
  share: number,
  of: string,
): Promise<void> {
  for (const [id, group] of groupsOf(run, changes)) {
    const first = group.find((change) => taking.includes(change))
    if (!first) continue
    const expose = first.workload.deploy!.expose!
    const stepId = share < 100 ? `route ${id} share ${share}` : takeOverStep(id, of)
    const noted = run.journal.find(stepId)
    const before = noted ? (noted.args.before as Route | null) : await proxyOf(run.room, expose.proxy).get(id)
    const upstreams: Upstream[] = []
    for (const change of group) {
      const instance = instanceOf(run, change)
      const took = run.journal.find(takeOverStep(id, labelOf(run, change))) !== null
      const takes = taking.includes(change) || took || change.mode === 'keep'
      if (takes && instance !== null)
        upstreams.push(await upstreamOf(run, change, instance, taking.includes(change) ? share : 100))
      const old = before?.upstreams.find((upstream) => upstream.id === change.current?.id)
      const stays = change.mode !== 'keep' && old !== undefined && (!takes || (taking.includes(change) && share < 100))
      if (stays) upstreams.push({ ...old, weight: takes ? 100 - share : 100 })
    }
    const route: Route = {
      id,
      protocol: expose.protocol,
      listen: { host: expose.host, port: expose.port },
      hostnames: expose.hostnames,
      upstreams,
    }
    if (before === null) await clearWay(run, changes, route, expose.proxy)
    const { gapMs } = await run.step('route.set', stepId, { proxy: expose.proxy, route, before })
    if (gapMs > (run.deployment.switchGapMs ?? -1)) await run.change({ switchGapMs: gapMs })
    run.log(`Requests to port ${expose.port} go to the new${share < 100 ? ` by ${share} %` : ''}.`)
  }
}

/** A route of this stack that the release has no more, or that another proxy has: it listens where the new one has to. */
async function clearWay(run: Run, changes: readonly Change[], route: Route, kind: Proxy['kind']): Promise<void> {
  const { stack, environment } = run.deployment
  const wanted = new Set(groupsOf(run, changes).keys())
  const ways = run.journal.entries.filter((entry) => entry.kind === 'route.remove' && entry.args.to === route.id)
  for (const { id, args } of ways) await run.step('route.remove', id, args as unknown as RemoveArgs)
  for (const [proxy, one] of run.room.proxies) {
    const others = (await one.list().catch(() => [])).filter(({ id }) => id.startsWith(`${stack}/${environment}/`))
    const old = others.filter((other) =>
      proxy === kind
        ? !wanted.has(other.id) && clash(route, [other]) !== null
        : other.listen.port === route.listen.port,
    )
    for (const other of old) {
      await run.step('route.remove', `route ${other.id} of ${proxy} makes way`, { proxy, before: other, to: route.id })
      run.log(`${other.id} gives up port ${other.listen.port} to ${route.id}.`)
    }
  }
}

const isNamed = ({ spec }: Change['workload']): boolean =>
  spec.kind === 'container' && spec.networks.some((network) => network.aliases.length > 0)

/**
 * Gives new instances the names of their services, beside the old ones which have them still. It is done before they take a single
 * request, because joining cuts their connections; what the gates ask of them is asked again afterwards.
 */
export async function joinNames(run: Run, taking: readonly Change[], changes: readonly Change[]): Promise<void> {
  let joined = 0
  for (const change of taking) {
    const instance = instanceOf(run, change)
    const { spec } = change.workload
    if (instance === null || spec.kind !== 'container' || !isNamed(change.workload) || !standsAside(change, changes))
      continue
    const id = `names of ${labelOf(run, change)}`
    if (run.journal.find(id)?.state === 'done') continue
    await run.step('alias.join', id, {
      targetId: change.targetId,
      nativeId: instance.nativeId,
      name: labelOf(run, change),
      networks: spec.networks,
    })
    joined++
  }
  if (joined === 0) return
  const { manifest } = await run.project()
  await askChecks(run, manifest?.gates ?? [], taking, usualGateMs)
}

/**
 * Takes the names of its service from an old instance before it is stopped: until an engine has removed it, it would send others to one
 * that does not answer.
 */
async function leaveNames(run: Run, change: Change, nativeId: string): Promise<void> {
  const { spec } = change.workload
  if (spec.kind !== 'container' || !isNamed(change.workload)) return
  const id = `old names of ${labelOf(run, change)}`
  if (run.journal.find(id)?.state === 'done') return
  await run.step('alias.leave', id, {
    targetId: change.targetId,
    nativeId,
    name: labelOf(run, change),
    networks: spec.networks,
  })
}

/**
 * Lets new instances take over from the old ones: names inside the networks first, then requests from outside, then the old are drained.
 * Old ones that take no requests are stopped, because two of them would do the same work; the others stay when they are kept warm.
 */
export async function takeOver(
  run: Run,
  taking: readonly Change[],
  changes: readonly Change[],
  options: { readonly keepWarm: boolean },
): Promise<void> {
  const { manifest } = await run.project()
  const drainMs = manifest?.pipeline?.drain ?? usualDrainMs
  await joinNames(run, taking, changes)
  await lead(run, changes, taking, 100, taking.length === 1 ? labelOf(run, taking[0]!) : 'all')
  for (const change of taking) {
    const { current } = change
    if (change.mode !== 'beside' || current === null) continue
    const label = labelOf(run, change)
    const expose = change.workload.deploy?.expose ?? null
    const nativeId = run.room.targets.nativeId(current)
    if (expose !== null) {
      await run.step('route.drain', `drain ${label}`, {
        proxy: expose.proxy,
        routeId: routeOf(run.deployment, change.workload.spec.service, changes),
        upstreamId: current.id,
        name: label,
        timeoutMs: drainMs,
      })
    }
    await leaveNames(run, change, nativeId)
    if (options.keepWarm && expose !== null) continue
    await run.step('instance.stop', `stop old ${label}`, {
      targetId: change.targetId,
      nativeId,
      serviceId: current.id,
      name: label,
      wasUp: isUp(current),
    })
  }
}
