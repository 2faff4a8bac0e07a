import { type ContainerSpec, withoutOwnLabels } from '@wheelhouse/driver'
import { durationText, sizeText } from './quantities.ts'
import { shellWord } from './shell-words.ts'

type Flag = readonly [name: string, value?: string | null | undefined | false | 0]

const each = <T>(name: string, list: readonly T[], text: (item: T) => string): Flag[] =>
  list.map((item) => [name, text(item)] as const)
const pairs = (name: string, record: Readonly<Record<string, string>>): Flag[] =>
  Object.entries(record).map(([key, value]) => [name, value === '' ? key : `${key}=${value}`] as const)
const when = (condition: boolean | undefined, name: string): Flag[] => (condition ? [[name]] : [])

function mountText(mount: ContainerSpec['mounts'][number]): string {
  const size = (mount.options.TmpfsOptions as { SizeBytes?: number } | undefined)?.SizeBytes
  return [
    `type=${mount.type}`,
    mount.source ? `source=${mount.source}` : null,
    `target=${mount.destination}`,
    mount.readOnly ? 'readonly' : null,
    size ? `tmpfs-size=${size}` : null,
  ]
    .filter(Boolean)
    .join(',')
}

function portText({ host, hostPort, port, protocol }: ContainerSpec['ports'][number]): string {
  const address = host === null ? '' : `${host.includes(':') ? `[${host}]` : host}:`
  const outside = host === null && hostPort === null ? '' : `${address}${hostPort ?? ''}:`
  return `${outside}${port}${protocol === 'tcp' ? '' : `/${protocol}`}`
}

function healthFlags(check: ContainerSpec['healthCheck']): Flag[] {
  if (!check) return []
  const [kind, ...words] = check.test
  if (kind === 'NONE') return [['--no-healthcheck']]
  return [
    ['--health-cmd', kind === 'CMD-SHELL' ? words[0] : words.map(shellWord).join(' ')],
    ['--health-interval', check.intervalMs && durationText(check.intervalMs)],
    ['--health-timeout', check.timeoutMs && durationText(check.timeoutMs)],
    ['--health-start-period', check.startPeriodMs && durationText(check.startPeriodMs)],
    ['--health-retries', check.retries ? String(check.retries) : null],
  ]
}

function flagsOf(spec: ContainerSpec, kept: ReadonlySet<string>): Flag[] {
  const [network] = spec.networks
  const environment = Object.entries(spec.environment)
  return [
    ['--name', spec.name],
    ['--pull', spec.pull === 'missing' ? null : spec.pull],
    ['--platform', spec.platform],
    // A bare name: docker takes the value from the shell, and none is shown here.
    ...environment.map(([name, value]): Flag => ['-e', kept.has(name) ? name : `${name}=${value}`]),
    ...pairs('--label', withoutOwnLabels(spec.labels)),
    ...each('-p', spec.ports, portText),
    ...each('--expose', spec.exposed ?? [], ({ port, protocol }) => `${port}/${protocol}`),
    ...each('--mount', spec.mounts, mountText),
    ...each('--tmpfs', spec.tmpfs, String),
    ['--network', spec.networkMode ?? network?.name],
    ...each('--network-alias', network?.aliases ?? [], String),
    ['--ip', network?.ipv4],
    ['--ip6', network?.ipv6],
    [
      '--restart',
      spec.restart.policy !== 'no' &&
        `${spec.restart.policy}${spec.restart.maxRetries ? `:${spec.restart.maxRetries}` : ''}`,
    ],
    ...healthFlags(spec.healthCheck),
    ['--memory', spec.memoryBytes && sizeText(spec.memoryBytes)],
    ['--memory-reservation', spec.memoryReservationBytes && sizeText(spec.memoryReservationBytes)],
    ['--memory-swap', spec.memorySwapBytes && (spec.memorySwapBytes < 0 ? '-1' : sizeText(spec.memorySwapBytes))],
    ['--cpus', spec.cpus && String(spec.cpus)],
    ['--cpu-shares', spec.cpuShares && String(spec.cpuShares)],
    ['--cpuset-cpus', spec.cpuset],
    ['--pids-limit', spec.pidsLimit && String(spec.pidsLimit)],
    ['--shm-size', spec.shmBytes && sizeText(spec.shmBytes)],
    ['--user', spec.user],
    ['--workdir', spec.workingDirectory],
    ['--hostname', spec.hostname],
    ...each('--add-host', spec.extraHosts, String),
    ...each('--dns', spec.dns, String),
    ...when(spec.tty, '--tty'),
    ...when(spec.openStdin, '--interactive'),
    ...when(spec.init, '--init'),
    ...when(spec.readOnly, '--read-only'),
    ...when(spec.privileged, '--privileged'),
    ...when(spec.autoRemove, '--rm'),
    ...each('--cap-add', spec.capAdd, String),
    ...each('--cap-drop', spec.capDrop, String),
    ...each('--device', spec.devices, (device) => `${device.host}:${device.container}:${device.permissions}`),
    ...each('--security-opt', spec.securityOpt, String),
    ...pairs('--sysctl', spec.sysctls),
    ['--pid', spec.pidMode],
    ['--ipc', spec.ipcMode],
    ['--log-driver', spec.logDriver?.name],
    ...pairs('--log-opt', spec.logDriver?.options ?? {}),
    ['--stop-signal', spec.stop.signal],
    ['--stop-timeout', spec.stop.timeoutMs === null ? null : String(Math.ceil(spec.stop.timeoutMs / 1000))],
    ['--entrypoint', spec.entrypoint?.[0]],
  ]
}

/** The `docker run` that makes the same, quoted for a shell. `kept` are variables whose values are not shown. */
export function runText(spec: ContainerSpec, kept: ReadonlySet<string>): string {
  const flags = flagsOf(spec, kept)
    .filter(
      ([, ...value]) =>
        value.length === 0 ||
        (value[0] !== null && value[0] !== undefined && value[0] !== false && value[0] !== 0 && value[0] !== ''),
    )
    .map(([name, value]) => (value ? `${name} ${shellWord(value)}` : name))
  const words = [...(spec.entrypoint?.slice(1) ?? []), ...(spec.command ?? [])].map(shellWord)
  return ['docker run --detach', ...flags, [shellWord(spec.image), ...words].join(' ')].join(' \\\n  ')
}
