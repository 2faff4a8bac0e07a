import type { ContainerDraft } from '@wheelhouse/contract'
import { bytesOf, durationOf } from './quantities.ts'

type Draft = { -readonly [K in keyof ContainerDraft]?: ContainerDraft[K] }

/** One flag of `docker run`. Without `read` it is a switch, or has nothing to say to a form (`quiet`). */
export interface RunFlag {
  readonly name: string
  readonly short?: string
  readonly takes: 'value' | 'nothing'
  read(draft: Draft, value: string): void
}

const add = <T>(list: readonly T[] | undefined, item: T): T[] => [...(list ?? []), item]

/** `NAME=value`; a bare name takes the value of the shell it was typed in, which is not here. */
function pair(text: string): [string, string] {
  const at = text.indexOf('=')
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

const value = (name: string, read: RunFlag['read'], short?: string): RunFlag => ({
  name,
  takes: 'value',
  read,
  ...(short ? { short } : {}),
})
const on = (name: string, read: (draft: Draft) => void, short?: string): RunFlag => ({
  name,
  takes: 'nothing',
  read,
  ...(short ? { short } : {}),
})

const limit =
  (key: keyof NonNullable<ContainerDraft['limits']>, of: (text: string) => number | string): RunFlag['read'] =>
  (draft, text) => {
    draft.limits = { ...draft.limits, [key]: of(text) }
  }
const check =
  (part: (text: string) => Partial<NonNullable<ContainerDraft['healthCheck']>>): RunFlag['read'] =>
  (draft, text) => {
    draft.healthCheck = { test: ['NONE'], ...draft.healthCheck, ...part(text) }
  }

function port(draft: Draft, text: string): void {
  const [main = '', protocol] = text.split('/')
  const match = /^(?:(?:(\[[^\]]+\]|[^:]+):)?(\d*):)?(\d+)$/.exec(main)
  if (!match) throw new Error(`-p ${text}: ranges and this form are not read`)
  const [, host, hostPort, inside] = match
  draft.ports = add(draft.ports, {
    port: Number(inside),
    ...(host ? { host: host.replace(/^\[|\]$/g, '') } : {}),
    ...(hostPort ? { hostPort: Number(hostPort) } : {}),
    ...(protocol ? { protocol: protocol as 'tcp' } : {}),
  })
}

function volume(draft: Draft, text: string): void {
  const parts = text.split(':')
  const [first = '', second, options = ''] = parts.length === 1 ? [undefined, parts[0]] : parts
  const bind = /^[./~]/.test(first)
  if (bind && !first.startsWith('/')) throw new Error(`-v ${text}: name the folder of the host from / on`)
  draft.mounts = add(draft.mounts, {
    type: bind ? 'bind' : 'volume',
    destination: second ?? '',
    ...(first ? { source: first } : {}),
    ...(options.split(',').includes('ro') ? { readOnly: true } : {}),
  })
}

function mount(draft: Draft, text: string): void {
  const options = new Map(text.split(',').map(pair))
  const source = options.get('source') ?? options.get('src')
  const type = options.get('type') ?? 'volume'
  if (type !== 'bind' && type !== 'volume' && type !== 'tmpfs') throw new Error(`--mount: the type ${type} is not read`)
  const size = options.get('tmpfs-size')
  draft.mounts = add(draft.mounts, {
    type,
    destination: options.get('target') ?? options.get('destination') ?? options.get('dst') ?? '',
    ...(source ? { source } : {}),
    ...(options.has('readonly') || options.has('ro') ? { readOnly: true } : {}),
    ...(size ? { sizeBytes: bytesOf(size) } : {}),
  })
}

function network(draft: Draft, text: string): void {
  if (/^(host|none|bridge|container:.+)$/.test(text)) draft.networkMode = text
  else draft.networks = add(draft.networks, { name: text.replace(/^name=/, '') })
}

function onNetwork(draft: Draft, more: (text: string) => object, text: string): void {
  const last = draft.networks?.at(-1)
  if (!last) throw new Error('it needs --network before it')
  draft.networks = [...(draft.networks ?? []).slice(0, -1), { ...last, ...more(text) }]
}

/** Flags of `docker run` that a form can say (docs.docker.com/reference/cli/docker/container/run). */
export const runFlags: readonly RunFlag[] = [
  on('detach', () => undefined, 'd'),
  value('name', (draft, text) => (draft.name = text)),
  value(
    'env',
    (draft, text) => (draft.environment = { ...draft.environment, ...Object.fromEntries([pair(text)]) }),
    'e',
  ),
  value('label', (draft, text) => (draft.labels = { ...draft.labels, ...Object.fromEntries([pair(text)]) }), 'l'),
  value('publish', port, 'p'),
  value('expose', (draft, text) => {
    const [number = '', protocol] = text.split('/')
    draft.ports = add(draft.ports, {
      port: Number(number),
      publish: false,
      ...(protocol ? { protocol: protocol as 'tcp' } : {}),
    })
  }),
  value('volume', volume, 'v'),
  value('mount', mount),
  value('tmpfs', (draft, text) => {
    draft.mounts = add(draft.mounts, { type: 'tmpfs', destination: text.split(':')[0] ?? text })
  }),
  value('network', network),
  value('net', network),
  value('network-alias', (draft, text) => onNetwork(draft, (alias) => ({ aliases: [alias] }), text)),
  value('ip', (draft, text) => onNetwork(draft, (ipv4) => ({ ipv4 }), text)),
  value('ip6', (draft, text) => onNetwork(draft, (ipv6) => ({ ipv6 }), text)),
  value('restart', (draft, text) => {
    const [policy = 'no', retries] = text.split(':')
    draft.restart = { policy: policy as 'no', ...(retries ? { maxRetries: Number(retries) } : {}) }
  }),
  value('pull', (draft, text) => (draft.pull = text as 'missing')),
  value('platform', (draft, text) => (draft.platform = text)),
  value('entrypoint', (draft, text) => (draft.entrypoint = text === '' ? [] : [text])),
  value('user', (draft, text) => (draft.user = text), 'u'),
  value('workdir', (draft, text) => (draft.workingDirectory = text), 'w'),
  value('hostname', (draft, text) => (draft.hostname = text), 'h'),
  value('add-host', (draft, text) => (draft.extraHosts = add(draft.extraHosts, text))),
  value('dns', (draft, text) => (draft.dns = add(draft.dns, text))),
  value('memory', limit('memoryBytes', bytesOf), 'm'),
  value('memory-reservation', limit('memoryReservationBytes', bytesOf)),
  value(
    'memory-swap',
    limit('memorySwapBytes', (text) => (text === '-1' ? -1 : bytesOf(text))),
  ),
  value('cpus', limit('cpus', Number)),
  value('cpu-shares', limit('cpuShares', Number), 'c'),
  value('cpuset-cpus', limit('cpuset', String)),
  value('pids-limit', limit('pids', Number)),
  value('shm-size', limit('shmBytes', bytesOf)),
  value('cap-add', (draft, text) => (draft.capAdd = add(draft.capAdd, text))),
  value('cap-drop', (draft, text) => (draft.capDrop = add(draft.capDrop, text))),
  value('device', (draft, text) => {
    const [host = '', container, permissions] = text.split(':')
    draft.devices = add(draft.devices, {
      host,
      ...(container ? { container } : {}),
      ...(permissions ? { permissions } : {}),
    })
  }),
  value('security-opt', (draft, text) => (draft.securityOpt = add(draft.securityOpt, text))),
  value('sysctl', (draft, text) => (draft.sysctls = { ...draft.sysctls, ...Object.fromEntries([pair(text)]) })),
  value('pid', (draft, text) => (draft.pidMode = text)),
  value('ipc', (draft, text) => (draft.ipcMode = text)),
  value('log-driver', (draft, text) => (draft.logDriver = { ...draft.logDriver, name: text })),
  value('log-opt', (draft, text) => {
    const options = { ...draft.logDriver?.options, ...Object.fromEntries([pair(text)]) }
    draft.logDriver = { name: draft.logDriver?.name ?? 'json-file', options }
  }),
  value('stop-signal', (draft, text) => (draft.stop = { ...draft.stop, signal: text })),
  value('stop-timeout', (draft, text) => (draft.stop = { ...draft.stop, timeoutMs: Number(text) * 1000 })),
  value(
    'health-cmd',
    check((text) => ({ test: ['CMD-SHELL', text] })),
  ),
  value(
    'health-interval',
    check((text) => ({ intervalMs: durationOf(text) })),
  ),
  value(
    'health-timeout',
    check((text) => ({ timeoutMs: durationOf(text) })),
  ),
  value(
    'health-start-period',
    check((text) => ({ startPeriodMs: durationOf(text) })),
  ),
  value(
    'health-retries',
    check((text) => ({ retries: Number(text) })),
  ),
  on('no-healthcheck', (draft) => (draft.healthCheck = { test: ['NONE'] })),
  on('tty', (draft) => (draft.tty = true), 't'),
  on('interactive', (draft) => (draft.openStdin = true), 'i'),
  on('init', (draft) => (draft.init = true)),
  on('read-only', (draft) => (draft.readOnly = true)),
  on('privileged', (draft) => (draft.privileged = true)),
  on('rm', (draft) => (draft.autoRemove = true)),
]
