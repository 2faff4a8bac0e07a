import { Failure, type HealthCheckSpec, type Service } from '@wheelhouse/contract'
import {
  type ContainerSpec,
  type NetworkAttachment,
  ownLabels,
  type PortBinding,
  type ProcessSpec,
  type WorkloadSpec,
} from '@wheelhouse/driver'
import type { ReleaseContent } from '../../releases/index.ts'
import { ownPort, type Workload } from '../../stacks/index.ts'
import type { StepContext } from '../saga/step-kinds.ts'

/** The release that made an instance; not part of its digest, so that what did not change is kept. */
export const releaseLabel = 'wheelhouse.release'

export interface Instance {
  readonly nativeId: string
  readonly serviceId: string
  /** Chosen for this instance; null where none was. A container keeps it through restarts, so that its route stays true. */
  readonly port: number | null
}

const seenMs = 10_000

/** What a service is called while it stands beside the one that serves, and afterwards while that one is kept warm. */
export const besideName = (name: string, release: number): string => `${name}.r${release}`
export const plainName = (name: string): string => name.replace(/\.r\d+$/, '')

export const isUp = (service: Service): boolean => ['running', 'starting', 'degraded', 'paused'].includes(service.state)

export function findByName(context: Pick<StepContext, 'room'>, targetId: string, name: string): Service | null {
  return context.room.targets.services(targetId).find((service) => service.name === name) ?? null
}

export function workloadOf(content: ReleaseContent, targetId: string, name: string): Workload {
  const found = content.placements
    .filter((placement) => placement.targetId === targetId)
    .flatMap((placement) => placement.rendered.workloads)
    .find((workload) => workload.spec.name === name)
  if (!found) throw new Failure('NOT_FOUND', `The release has no service ${name}.`)
  return found
}

const put = (text: string, port: number | null): string =>
  port === null ? text : text.replaceAll('{port}', String(port))

/** A check with the port of one instance in place of {port}. */
export function checkAt(check: HealthCheckSpec, port: number | null): HealthCheckSpec {
  const own = check.kind === 'tcp' && check.port === ownPort && port !== null ? { ...check, port } : check
  return JSON.parse(put(JSON.stringify(own), port)) as HealthCheckSpec
}

/** The spec of one instance: its name, its port where it is given one, and which release it is of. */
export function instanceSpec(
  workload: Workload,
  instance: {
    readonly name: string
    readonly port: number | null
    readonly release: number
    readonly aliases: boolean
  },
): WorkloadSpec {
  const { spec } = workload
  const { name, port } = instance
  const labels = { ...spec.labels, [releaseLabel]: String(instance.release) }
  const checks = spec.checks.map((check) => checkAt(check, port))
  if (spec.kind === 'process') {
    const environment = Object.fromEntries(
      Object.entries(spec.environment).map(([key, value]) => [key, put(value, port)]),
    )
    const process: ProcessSpec = {
      ...spec,
      name,
      labels,
      checks,
      argv: spec.argv.map((word) => put(word, port)),
      environment: port === null ? environment : { ...environment, PORT: String(port) },
      ports: port === null ? spec.ports : [port, ...spec.ports],
    }
    return process
  }
  if (spec.kind === 'swarm-service') return { ...spec, labels, checks }
  const container: ContainerSpec = {
    ...spec,
    name,
    labels,
    checks,
    ports: spec.ports.map((binding) => (isExposed(workload, binding) ? { ...binding, hostPort: port } : binding)),
    networks: instance.aliases ? spec.networks : withoutNames(spec.networks),
  }
  return container
}

/** The port that a proxy leads to, which each instance has for itself. */
export const isExposed = ({ deploy }: Workload, binding: PortBinding): boolean =>
  binding.hostPort === null && binding.protocol === 'tcp' && binding.port === deploy?.expose?.containerPort

/** In its networks, but nobody finds it there by the name of its service. */
export const withoutNames = (networks: readonly NetworkAttachment[]): NetworkAttachment[] =>
  networks.map((network) => ({ ...network, aliases: [] }))

/**
 * True for a workload whose port is chosen for each instance. An engine that chooses one by itself takes another at every start, and
 * whenever the container joins a network anew: a proxy would then lead nowhere.
 */
export const wantsPort = (workload: Workload): boolean =>
  (workload.deploy?.expose ?? null) !== null &&
  (workload.spec.kind === 'process' ||
    (workload.spec.kind === 'container' && workload.spec.ports.some((binding) => isExposed(workload, binding))))

/** Where requests reach an instance from here; null where it takes none. */
export async function addressOf(
  context: Pick<StepContext, 'room'>,
  targetId: string,
  workload: Workload,
  instance: Instance,
): Promise<{ host: string; port: number } | null> {
  const expose = workload.deploy?.expose ?? null
  if (expose === null) return null
  const connection = context.room.targets.connection(targetId)
  if (workload.spec.kind === 'process') {
    const port = instance.port ?? Number((await connection.inspect(instance.nativeId)).environment.PORT)
    return Number.isInteger(port) ? { host: '127.0.0.1', port } : null
  }
  return (await connection.reach?.(instance.nativeId, expose.containerPort ?? 0)) ?? null
}

/** Waits a while until the mirror has heard of what was done: the next run goes by what it shows. */
export async function seen(
  { room, signal }: Pick<StepContext, 'room' | 'signal'>,
  serviceId: string,
  predicate: (service: Service | null) => boolean,
): Promise<void> {
  await room.targets.whenService(serviceId, predicate, seenMs, signal).catch((error: unknown) => {
    if (!(error instanceof Failure && error.code === 'TIMED_OUT')) throw error
  })
}

/** Does what is of no use to one that is gone. Answers whether it was there. */
export async function unlessGone(work: () => Promise<void>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    if (error instanceof Failure && error.code === 'NOT_FOUND') return false
    throw error
  }
}

export function removeIfThere(
  context: Pick<StepContext, 'room'>,
  targetId: string,
  reference: string,
): Promise<boolean> {
  const connection = context.room.targets.connection(targetId)
  return unlessGone(() => connection.remove(reference, { force: true, volumes: false }))
}

export async function stopIfUp(context: Pick<StepContext, 'room'>, targetId: string, nativeId: string): Promise<void> {
  try {
    await context.room.targets.connection(targetId).stop(nativeId, {})
  } catch (error) {
    // It ended or went by itself in between: that is what was wanted.
    if (!(error instanceof Failure && (error.code === 'STATE_CONFLICT' || error.code === 'NOT_FOUND'))) throw error
  }
}

export async function startIfDown(context: StepContext, targetId: string, nativeId: string): Promise<void> {
  try {
    await context.room.targets.connection(targetId).start(nativeId)
  } catch (error) {
    if (!(error instanceof Failure && error.code === 'STATE_CONFLICT')) throw error
  }
}

/** The digest an instance was made from, as its label says. */
export const digestLabel = (service: Service): string | null => service.labels[ownLabels.digest] ?? null
