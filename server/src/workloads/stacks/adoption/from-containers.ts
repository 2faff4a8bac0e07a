import { Failure, type Service } from '@wheelhouse/contract'
import { type ContainerSpec, type FoundResource, type ObservedNetwork, withoutOwnLabels } from '@wheelhouse/driver'
import { stringify } from 'yaml'
import { serviceFields } from '../../containers/index.ts'
import { maskEnvironment } from '../../services/index.ts'
import { composeLabel, withoutComposeLabels } from '../compose/labels.ts'
import type { StackRoom } from '../room.ts'
import type { StackTarget } from '../stack-targets.ts'
import { escaped } from './escaped.ts'

/** A container of a stack as it is. */
export interface Running {
  readonly service: Service
  readonly spec: ContainerSpec
}
export interface Written {
  readonly source: string
  readonly running: readonly Running[]
  readonly kept: readonly { readonly service: string; readonly variable: string }[]
  readonly notes: readonly string[]
}

type Fields = Record<string, unknown>
const numberOf = ({ labels }: Service): number => Number(labels[`${composeLabel}container-number`] ?? 1)

/** Containers of a stack that only happens to be there, without those of `docker compose run`. */
export async function runningOf(
  room: StackRoom,
  target: StackTarget,
  name: string,
): Promise<{ readonly running: readonly Running[]; readonly notes: readonly string[] }> {
  const { containers } = room.targets.connection(target.id)
  if (!containers)
    throw new Failure('CAPABILITY_MISSING', `${target.name} runs no containers. Only their stacks are adopted.`, {
      capability: 'update',
    })
  const found = room.targets
    .services(target.id)
    .filter(({ stack, labels }) => stack === name && labels[`${composeLabel}oneoff`] !== 'True')
    .toSorted((a, b) => numberOf(a) - numberOf(b) || a.name.localeCompare(b.name))
  const all = await Promise.all(
    found.map(async (service) => ({ service, ...(await containers.specOf(room.targets.nativeId(service))) })),
  )
  const notes = all.flatMap(({ service, lost }) =>
    lost.map((words) => `${service.stackService ?? service.name}: the file does not say ${words}.`),
  )
  return { running: all, notes: [...new Set(notes)] }
}

/** Names in the file of the networks and volumes of a target: those of the stack by their key, others by their own name. */
class Resources {
  readonly #stack: string
  readonly #found: readonly FoundResource[]
  readonly #networks: readonly ObservedNetwork[]
  readonly #used = { network: new Map<string, Fields | null>(), volume: new Map<string, Fields | null>() }

  constructor(stack: string, found: readonly FoundResource[], networks: readonly ObservedNetwork[]) {
    this.#stack = stack
    this.#found = found
    this.#networks = networks
  }

  /** Its key in the file; it is declared there from now on. */
  use(kind: 'network' | 'volume', name: string): string {
    const found = this.#found.find((one) => one.kind === kind && one.name === name && one.stack === this.#stack)
    const key = found?.labels[`${composeLabel}${kind}`] ?? name
    const fields = found
      ? this.#declared(kind, key, found)
      : key === name
        ? { external: true }
        : { external: true, name }
    this.#used[kind].set(key, Object.keys(fields).length > 0 ? fields : null)
    return key
  }

  #declared(kind: 'network' | 'volume', key: string, { name, labels }: FoundResource): Fields {
    const plain = withoutComposeLabels(labels)
    const network = kind === 'network' ? this.#networks.find((one) => one.name === name) : undefined
    return {
      ...(name !== `${this.#stack}_${key}` && { name }),
      ...(Object.keys(plain).length > 0 && { labels: plain }),
      ...(network && network.driver !== 'bridge' && { driver: network.driver }),
      ...(network?.internal && { internal: true }),
      ...(network?.attachable && { attachable: true }),
      ...(network?.ipv6 && { enable_ipv6: true }),
      ...(network && Object.keys(network.options).length > 0 && { driver_opts: network.options }),
    }
  }

  /** All that is used; the default network, where it is as Compose makes it, goes without saying. */
  fields(): Fields {
    const networks = [...this.#used.network].filter(([key, fields]) => key !== 'default' || fields !== null)
    return {
      ...(networks.length > 0 && { networks: Object.fromEntries(networks) }),
      ...(this.#used.volume.size > 0 && { volumes: Object.fromEntries(this.#used.volume) }),
    }
  }
}

function needsOf({ labels }: Service, services: ReadonlySet<string>): Fields {
  const needs = (labels[`${composeLabel}depends_on`] ?? '').split(',').flatMap((text) => {
    const [name = '', condition = 'service_started', restart = 'false'] = text.split(':')
    return services.has(name) ? [[name, { condition, ...(restart === 'true' && { restart: true }) }] as const] : []
  })
  return needs.length > 0 ? { depends_on: Object.fromEntries(needs) } : {}
}

/** `container:<id>` as the service of the stack whose container it is. */
function sharedWith(mode: string | null, running: readonly Running[]): string | null {
  const id = /^container:(.*)$/.exec(mode ?? '')?.[1]
  const other = id === undefined ? undefined : running.find(({ service }) => service.id.includes(id.slice(0, 12)))
  return other ? `service:${other.service.stackService ?? other.service.name}` : mode
}

function specFor({ service, spec }: Running, resources: Resources, running: readonly Running[]): ContainerSpec {
  const name = service.stackService ?? service.name
  const onBridge = spec.networks.some((network) => network.name === 'bridge')
  const isUsualLog = spec.logDriver?.name === 'json-file' && Object.keys(spec.logDriver.options).length === 0
  return {
    ...spec,
    labels: withoutOwnLabels(withoutComposeLabels(spec.labels)),
    logDriver: isUsualLog ? null : (spec.logDriver ?? null),
    networkMode: onBridge ? 'bridge' : sharedWith(spec.networkMode, running),
    pidMode: sharedWith(spec.pidMode, running),
    ipcMode: sharedWith(spec.ipcMode, running),
    networks: onBridge
      ? []
      : spec.networks.map((network) => ({
          ...network,
          name: resources.use('network', network.name),
          // It answers to its own names by itself.
          aliases: network.aliases.filter((alias) => alias !== name && alias !== spec.name),
        })),
    mounts: spec.mounts.map((mount) =>
      mount.type === 'volume' && mount.source ? { ...mount, source: resources.use('volume', mount.source) } : mount,
    ),
  }
}

/** What a file says of a mount, and what Compose asks of every one. */
const said: ReadonlySet<string> = new Set(['CreateMountpoint', 'CreateHostPath', 'Propagation', 'NoCopy'])
const saysMore = (options: Fields): boolean =>
  Object.values(options).some((value) => Object.keys(value ?? {}).some((key) => !said.has(key)))

/** Writes a Compose file from the containers of a stack. Values that look secret are not in it: their names stand there alone. */
export async function fromContainers(room: StackRoom, target: StackTarget, stack: string): Promise<Written> {
  const connection = room.targets.connection(target.id)
  const { running, notes: lost } = await runningOf(room, target, stack)
  const resources = new Resources(stack, await connection.resources(), (await connection.networks?.list()) ?? [])
  const groups = Map.groupBy(running, ({ service }) => service.stackService ?? service.name)
  const names = new Set(groups.keys())
  const notes = [...lost]
  const kept: { service: string; variable: string }[] = []
  const services: Fields = {}
  for (const [name, all] of [...groups].toSorted(([a], [b]) => a.localeCompare(b))) {
    const [first] = all
    if (!first) continue
    const spec = specFor(first, resources, running)
    const hidden = new Set(maskEnvironment(spec.environment).flatMap((one) => (one.masked ? [one.name] : [])))
    for (const variable of hidden) kept.push({ service: name, variable })
    const { container_name: written, networks, ...fields } = serviceFields(spec, hidden)
    const isUsual = all.every(({ spec: { name: one } }, index) => one === `${stack}-${name}-${index + 1}`)
    if (!isUsual && all.length > 1)
      notes.push(`${name}: its containers are not numbered from 1 as those of a file are, so some would be made anew.`)
    if (spec.mounts.some(({ type, options }) => type !== 'tmpfs' && saysMore(options)))
      notes.push(`${name}: the file does not say the further options of its mounts.`)
    const onDefault = JSON.stringify(networks) === '{"default":null}'
    services[name] = {
      ...(!isUsual && all.length === 1 && { container_name: written }),
      ...fields,
      ...(networks !== undefined && !onDefault && { networks }),
      ...needsOf(first.service, names),
      ...(all.length > 1 && { deploy: { replicas: all.length } }),
    }
  }
  const file = { name: stack, services, ...resources.fields() }
  return { source: stringify(escaped(file), { lineWidth: 0 }), running, kept, notes }
}
