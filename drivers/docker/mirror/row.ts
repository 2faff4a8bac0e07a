import { HealthCheckSpec, type HealthState, type Port } from '@wheelhouse/contract'
import { type ObservedService, ownLabels } from '@wheelhouse/driver'
import { instant, type InspectedContainer, type ListedContainer } from './engine-json.ts'
import { verdict } from './verdict.ts'

/** What only someone who listened can know. */
export interface Memory {
  /** See `Facts.asked`. */
  readonly asked: boolean | null
  /** Whether a process of it was killed for memory in this run. */
  readonly outOfMemory: boolean
  /** When the last event about it came, ISO 8601. */
  readonly heardAt: string | null
}

const composeLabels = { stack: 'com.docker.compose.project', service: 'com.docker.compose.service' } as const

/** A row from the cheap list. What a list lacks comes from the row before when that is of the same run, else it is empty. */
export function rowFromList(
  entry: ListedContainer,
  before: ObservedService | undefined,
  memory: Memory,
): ObservedService {
  const labels = entry.Labels ?? {}
  const health = listedHealth(entry.Status)
  const same = before?.nativeState === entry.State ? before : undefined
  const code = /^(?:Exited|Restarting|Dead) \((-?\d+)\)/.exec(entry.Status)?.[1]
  const exitCode = code === undefined ? null : Number(code)
  const judged = verdict({
    status: entry.State,
    exitCode,
    error: '',
    outOfMemory: memory.outOfMemory,
    health,
    healthOutput: '',
    restarts: before?.restarts ?? 0,
    asked: memory.asked,
  })
  const createdAt = new Date(entry.Created * 1000).toISOString()
  const keeps = same !== undefined && same.health === health && same.exitCode === exitCode
  return {
    nativeId: entry.Id,
    name: ownName(entry.Names),
    kind: 'container',
    ...belonging(labels),
    ...(keeps ? { state: same.state, reason: same.reason } : judged),
    nativeState: entry.State,
    health,
    image: entry.Image,
    imageId: entry.ImageID || null,
    command: before?.command ?? entry.Command,
    ports: sorted((entry.Ports ?? []).map((port) => portOf(port.Type, port.PrivatePort, port.IP, port.PublicPort))),
    labels,
    restarts: before?.restarts ?? 0,
    exitCode,
    pid: same?.pid ?? null,
    tty: before?.tty ?? false,
    checks: checksOf(labels),
    createdAt: before?.createdAt ?? createdAt,
    startedAt: same?.startedAt ?? null,
    changedAt: same?.changedAt ?? memory.heardAt ?? createdAt,
  }
}

/** The row of a run that has just ended. Whether the engine starts it again, an inspect will tell. */
export function rowAfterEnd(before: ObservedService, exitCode: number, memory: Memory): ObservedService {
  const facts = { status: 'exited', exitCode, error: '', health: 'none', healthOutput: '' } as const
  const { asked, outOfMemory } = memory
  return {
    ...before,
    ...verdict({ ...facts, restarts: before.restarts, asked, outOfMemory }),
    nativeState: 'exited',
    health: 'none',
    exitCode,
    pid: null,
    changedAt: memory.heardAt ?? before.changedAt,
  }
}

export function rowFromInspect(
  detail: InspectedContainer,
  before: ObservedService | undefined,
  memory: Memory,
): ObservedService {
  const { State: told, Config: config } = detail
  const labels = config.Labels ?? {}
  const live = told.Status === 'running' || told.Status === 'paused'
  const health = live ? healthOf(told.Health?.Status) : 'none'
  const exitCode = live || told.Status === 'created' ? null : told.ExitCode
  const judged = verdict({
    status: told.Status,
    exitCode: told.Status === 'created' ? told.ExitCode : exitCode,
    error: told.Error,
    outOfMemory: told.OOMKilled,
    health,
    healthOutput: told.Health?.Log?.at(-1)?.Output ?? '',
    restarts: detail.RestartCount,
    asked: memory.asked,
  })
  const createdAt = instant(detail.Created) ?? new Date(0).toISOString()
  const startedAt = instant(told.StartedAt)
  const turned = (live ? startedAt : instant(told.FinishedAt)) ?? createdAt
  const still = before?.state === judged.state && before.startedAt === startedAt && before.changedAt > turned
  const heard = before !== undefined && before.state !== judged.state ? memory.heardAt : null
  return {
    nativeId: detail.Id,
    name: detail.Name.replace(/^\//, ''),
    kind: 'container',
    ...belonging(labels),
    ...judged,
    nativeState: told.Status,
    health,
    image: config.Image,
    imageId: detail.Image || null,
    command: [detail.Path, ...(detail.Args ?? [])].map(quoted).join(' ').trim() || null,
    ports: portsOf(detail.NetworkSettings.Ports),
    labels,
    restarts: detail.RestartCount,
    exitCode,
    pid: told.Pid > 0 ? told.Pid : null,
    tty: config.Tty,
    checks: checksOf(labels),
    createdAt,
    startedAt,
    changedAt: still ? before.changedAt : heard !== null && heard > turned ? heard : turned,
  }
}

function belonging(labels: Readonly<Record<string, string>>): Pick<ObservedService, 'stack' | 'stackService'> {
  return {
    stack: labels[ownLabels.stack] ?? labels[composeLabels.stack] ?? null,
    stackService: labels[ownLabels.service] ?? labels[composeLabels.service] ?? null,
  }
}

/** A label is written by anyone: what does not fit is no check. */
function checksOf(labels: Readonly<Record<string, string>>): ObservedService['checks'] {
  const text = labels[ownLabels.checks]
  if (text === undefined) return []
  try {
    const parsed = HealthCheckSpec.array().safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : []
  } catch {
    return []
  }
}

/** Links add names such as /other/alias; the own name has one slash. */
function ownName(names: ListedContainer['Names']): string {
  const name = names?.find((name) => name.lastIndexOf('/') === 0) ?? names?.[0] ?? ''
  return name.replace(/^\//, '')
}

function healthOf(word: string | undefined): HealthState {
  return word === 'healthy' || word === 'unhealthy' || word === 'starting' ? word : 'none'
}

function listedHealth(status: string): HealthState {
  return healthOf(/\((?:health: )?(healthy|unhealthy|starting)\)/.exec(status)?.[1])
}

function portsOf(ports: InspectedContainer['NetworkSettings']['Ports']): Port[] {
  const all = Object.entries(ports ?? {}).flatMap(([key, bindings]) => {
    const [port = '', protocol = 'tcp'] = key.split('/')
    const published = bindings ?? []
    if (published.length === 0) return [portOf(protocol, Number(port))]
    return published.map((binding) => portOf(protocol, Number(port), binding.HostIp, Number(binding.HostPort)))
  })
  return sorted(all)
}

function portOf(protocol: string, port: number, host?: string, hostPort?: number): Port {
  return {
    host: host || null,
    hostPort: hostPort || null,
    port,
    protocol: protocol === 'udp' || protocol === 'sctp' ? protocol : 'tcp',
  }
}

function sorted(ports: Port[]): Port[] {
  const key = (port: Port): string => `${port.protocol} ${port.host ?? ''} ${port.hostPort ?? 0}`
  return ports.sort((a, b) => a.port - b.port || key(a).localeCompare(key(b)))
}

const quoted = (word: string): string =>
  /[\s'"]/.test(word) || word === '' ? `'${word.replaceAll("'", "'\\''")}'` : word
