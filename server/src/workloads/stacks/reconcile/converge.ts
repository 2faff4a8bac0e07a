import { Failure, type Service } from '@wheelhouse/contract'
import type { WorkloadSpec } from '@wheelhouse/driver'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StackRoom } from '../room.ts'
import type { Condition } from '../rendered.ts'

/** How far the mirror may be behind what the target has done. */
const mirrorLagMs = 1000

const isUp = (service: Service): boolean => ['running', 'starting', 'degraded'].includes(service.state)
const hasEnded = (service: Service): boolean => service.state === 'stopped' || service.state === 'failed'
/** Unhealthy is said only after all retries: waiting longer would only delay the bad news. */
const isLost = (service: Service): boolean => hasEnded(service) || service.health === 'unhealthy'
const completed = (service: Service): boolean => service.state === 'stopped' && service.exitCode === 0
const isChecked = (service: Service): boolean => service.checks.length > 0 || service.health !== 'none'

/** Everything needed to say why a service is not as it should be. */
export interface Watched {
  readonly label: string
  readonly spec: WorkloadSpec
  readonly serviceId: string
}
export interface Watch extends Pick<StackRoom, 'targets' | 'settings' | 'lastLines'> {
  readonly signal: AbortSignal
}

/** The last lines of its log, with every value of its environment that could be a secret blotted out. */
async function lastLines(watch: Watch, { spec }: Watched, service: Service): Promise<string> {
  // Without its log the state and its reason must do.
  const lines = await watch.lastLines(service.id, 20).catch(() => [])
  const hidden = Object.values(spec.environment).filter((value) => value.length >= 6)
  const text = lines.map((line) => line.text).join('\n')
  return text
    ? `\nLast lines of its log:\n${hidden.reduce((masked, value) => masked.replaceAll(value, '[masked]'), text)}`
    : ''
}

async function fail(watch: Watch, watched: Watched, service: Service | null, what: string): Promise<never> {
  const evidence = service?.reason
    ? `: ${service.reason}`
    : service?.exitCode != null
      ? `: exit code ${service.exitCode}`
      : ''
  const lines = service ? await lastLines(watch, watched, service) : ''
  throw new Failure('STATE_CONFLICT', `${watched.label} ${what}${evidence}.${lines}`, { service: watched.label })
}

const targetOf = ({ serviceId }: Watched): string => serviceId.slice(0, serviceId.indexOf(':'))

async function reach(
  watch: Watch,
  watched: Watched,
  wanted: (service: Service) => boolean,
  hopeless: (service: Service) => boolean,
  what: string,
): Promise<Service> {
  const { targets, settings, signal } = watch
  let seen: Service | null = null
  const wait = async (decided: (service: Service) => boolean, timeoutMs: number): Promise<boolean> => {
    const noted = (service: Service | null): boolean => {
      seen = service
      return service !== null && decided(service)
    }
    try {
      seen = await targets.whenService(watched.serviceId, noted, timeoutMs, signal)
      return true
    } catch (error) {
      if (error instanceof Failure && error.code === 'TIMED_OUT') return false
      throw error
    }
  }
  const end = Date.now() + settings.waitMs
  const first = targets.services(targetOf(watched)).find((service) => service.id === watched.serviceId)?.restarts ?? 0
  for (;;) {
    const left = Math.max(0, end - Date.now())
    const isDecided = await wait((service) => wanted(service) || hopeless(service), left)
    if (!isDecided) return fail(watch, watched, seen, `${what} within ${settings.waitMs / 1000} s`)
    // The mirror may still show how it was before it was started: only what stays so is true.
    if (await wait(wanted, mirrorLagMs)) return seen!
    const now = seen as Service | null
    // One that was started again since has ended: it must not hold us up for as long as it goes on ending.
    if (now === null || hopeless(now) || now.restarts > first) return fail(watch, watched, now, what)
  }
}

/** Waits until a service is what those that depend on it need. */
export async function awaitCondition(watch: Watch, watched: Watched, condition: Condition): Promise<void> {
  if (condition === 'completed') {
    await reach(watch, watched, completed, (service) => hasEnded(service) && !completed(service), 'did not complete')
    return
  }
  const started = await reach(watch, watched, isUp, hasEnded, 'did not start')
  if (condition === 'started') return
  if (!isChecked(started) && watched.spec.kind === 'container' && watched.spec.healthCheck === null) {
    // The engine tells the check of an image only with its first state, a moment after the start.
    await sleep(Math.min(1000, watch.settings.settleMs), undefined, { signal: watch.signal })
    const now = watch.targets.services(started.targetId).find((service) => service.id === started.id)
    if (now && isUp(now) && !isChecked(now))
      await fail(watch, watched, now, 'has no health check, so it never becomes healthy')
  }
  await reach(
    watch,
    watched,
    (service) => isUp(service) && service.health === 'healthy',
    isLost,
    'did not become healthy',
  )
}

/** A service whose end is no failure: it is not to be started again, or only after one. */
const mayEnd = (spec: WorkloadSpec): boolean =>
  spec.kind !== 'swarm-service' && (spec.restart.policy === 'no' || spec.restart.policy === 'on-failure')

/** Waits until all run (healthy where they are checked, or have completed where they may end) and stay so for a moment. */
export async function settle(watch: Watch, all: readonly Watched[], once: ReadonlySet<string>): Promise<void> {
  const done = (watched: Watched, service: Service): boolean =>
    completed(service) && (mayEnd(watched.spec) || once.has(watched.spec.service))
  const fine = (watched: Watched, service: Service): boolean =>
    done(watched, service) ||
    (isUp(service) && service.state !== 'degraded' && (service.health === 'healthy' || !isChecked(service)))
  const before = await Promise.all(
    all.map((watched) =>
      reach(
        watch,
        watched,
        (service) => fine(watched, service),
        (service) => isLost(service) && !done(watched, service),
        'is not running',
      ),
    ),
  )
  await sleep(watch.settings.settleMs, undefined, { signal: watch.signal })
  for (const [index, watched] of all.entries()) {
    const then = before[index]!
    const now = watch.targets.services(then.targetId).find((service) => service.id === then.id) ?? null
    if (!now) await fail(watch, watched, null, 'is gone from the target')
    else if (now.restarts > then.restarts)
      await fail(watch, watched, now, `restarted ${now.restarts - then.restarts} times`)
    else if (!fine(watched, now)) await fail(watch, watched, now, 'did not stay up')
  }
}
