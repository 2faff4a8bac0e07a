import { type ContainerSpec, ownLabels, type RestartPolicy } from '@wheelhouse/driver'
import type { EngineClient } from '@wheelhouse/engine'
import { containerPath } from '../container-path.ts'
import type { EngineCheck, MadeContainer, MadeImage } from './inspected.ts'
import { mountsOf } from './made-mounts.ts'
import { exposedOf, networksOf, portsOf } from './made-network.ts'

const ms = (nano: number | undefined): number | null => (nano ? nano / 1e6 : null)
const orNull = <T>(value: T | null | undefined | '' | 0): T | null => value || null

/** Entries as pairs; a name without a value stands for an empty one. */
function pairs(entries: readonly string[] | null | undefined): Record<string, string> {
  return Object.fromEntries(
    (entries ?? []).map((entry): [string, string] => {
      const equals = entry.indexOf('=')
      return equals === -1 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)]
    }),
  )
}

/** What stands in `made` and not, with the same value, in what the image brings. */
function beyond(
  made: Readonly<Record<string, string>>,
  image: Readonly<Record<string, string>> | null | undefined,
): Record<string, string> {
  return Object.fromEntries(Object.entries(made).filter(([name, value]) => image?.[name] !== value))
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

function checkOf(check: EngineCheck | null | undefined): ContainerSpec['healthCheck'] {
  if (!check?.Test?.length) return null
  return {
    test: check.Test,
    intervalMs: ms(check.Interval),
    timeoutMs: ms(check.Timeout),
    startPeriodMs: ms(check.StartPeriod),
    retries: check.Retries || null,
  }
}

/** What of a container no spec can say, in words. */
function lostOf({ Config, HostConfig }: MadeContainer): string[] {
  return [
    HostConfig.VolumesFrom?.length ? 'volumes taken from other containers' : null,
    HostConfig.Links?.length ? 'links to other containers' : null,
    HostConfig.Runtime && !/^(runc|io\.containerd\.runc\.v2)$/.test(HostConfig.Runtime)
      ? `the runtime ${HostConfig.Runtime}`
      : null,
    HostConfig.DeviceRequests?.length ? 'devices asked for by request, such as GPUs' : null,
    Config.MacAddress ? 'a MAC address of its own' : null,
    HostConfig.UTSMode ? `the UTS mode ${HostConfig.UTSMode}` : null,
    HostConfig.CgroupParent ? `the control group ${HostConfig.CgroupParent}` : null,
  ].filter((words) => words !== null)
}

/** The spec that would make a container anew, without what its image brings by itself. */
export function readSpec(made: MadeContainer, image: MadeImage | null): ContainerSpec {
  const { Config: config, HostConfig: host } = made
  const labels = beyond(config.Labels ?? {}, image?.Config?.Labels)
  const name = made.Name.replace(/^\//, '')
  const ownCommand = same(config.Cmd, image?.Config?.Cmd) && same(config.Entrypoint, image?.Config?.Entrypoint)
  return {
    kind: 'container',
    name,
    stack: labels[ownLabels.stack] ?? '',
    service: labels[ownLabels.service] ?? name,
    digest: labels[ownLabels.digest] ?? '',
    environment: beyond(pairs(config.Env), pairs(image?.Config?.Env)),
    labels,
    checks: [],
    image: config.Image,
    pull: 'missing',
    command: ownCommand ? null : orNull(config.Cmd),
    entrypoint: same(config.Entrypoint, image?.Config?.Entrypoint) ? null : orNull(config.Entrypoint),
    ports: portsOf(made),
    exposed: exposedOf(made, image),
    mounts: mountsOf(made),
    networks: networksOf(made),
    networkMode: /^(host|none|container:.*)$/.test(host.NetworkMode ?? '') ? (host.NetworkMode ?? null) : null,
    restart: {
      policy: (host.RestartPolicy?.Name || 'no') as RestartPolicy,
      maxRetries: orNull(host.RestartPolicy?.MaximumRetryCount),
    },
    healthCheck: same(config.Healthcheck, image?.Config?.Healthcheck) ? null : checkOf(config.Healthcheck),
    stop: {
      signal: config.StopSignal === image?.Config?.StopSignal ? null : orNull(config.StopSignal),
      timeoutMs: config.StopTimeout === undefined ? null : config.StopTimeout * 1000,
    },
    user: config.User === (image?.Config?.User ?? '') ? null : orNull(config.User),
    workingDirectory: config.WorkingDir === (image?.Config?.WorkingDir ?? '') ? null : orNull(config.WorkingDir),
    // The engine calls it by its id unless told.
    hostname: made.Id.startsWith(config.Hostname ?? '') || host.NetworkMode === 'host' ? null : orNull(config.Hostname),
    domainname: orNull(config.Domainname),
    tty: config.Tty ?? false,
    openStdin: config.OpenStdin ?? false,
    init: host.Init ?? false,
    readOnly: host.ReadonlyRootfs ?? false,
    privileged: host.Privileged ?? false,
    autoRemove: host.AutoRemove ?? false,
    capAdd: host.CapAdd ?? [],
    capDrop: host.CapDrop ?? [],
    devices: (host.Devices ?? []).map((device) => ({
      host: device.PathOnHost,
      container: device.PathInContainer,
      permissions: device.CgroupPermissions,
    })),
    // A privileged container is given this by the engine itself.
    securityOpt: (host.SecurityOpt ?? []).filter((option) => !(host.Privileged && option === 'label=disable')),
    pidMode: orNull(host.PidMode),
    ipcMode: host.IpcMode === 'private' ? null : orNull(host.IpcMode),
    usernsMode: orNull(host.UsernsMode),
    cgroupParent: orNull(host.CgroupParent),
    extraHosts: host.ExtraHosts ?? [],
    dns: host.Dns ?? [],
    tmpfs: Object.entries(host.Tmpfs ?? {}).map(([path, options]) => (options === '' ? path : `${path}:${options}`)),
    sysctls: host.Sysctls ?? {},
    ulimits: (host.Ulimits ?? []).map(({ Name, Soft, Hard }) => ({ name: Name, soft: Soft, hard: Hard })),
    shmBytes: host.ShmSize === 64 * 1024 * 1024 ? null : orNull(host.ShmSize),
    memoryBytes: bound(host.Memory),
    memoryReservationBytes: bound(host.MemoryReservation),
    memorySwapBytes: host.MemorySwap && host.MemorySwap !== (host.Memory ?? 0) * 2 ? host.MemorySwap : null,
    cpus: host.NanoCpus ? host.NanoCpus / 1e9 : null,
    cpuShares: orNull(host.CpuShares),
    cpuset: orNull(host.CpusetCpus),
    pidsLimit: bound(host.PidsLimit),
    logDriver: host.LogConfig?.Type ? { name: host.LogConfig.Type, options: host.LogConfig.Config ?? {} } : null,
  }
}

const bound = (value: number | null | undefined): number | null => (value && value > 0 ? value : null)

export async function specOf(
  client: EngineClient,
  nativeId: string,
): Promise<{ readonly spec: ContainerSpec; readonly lost: readonly string[] }> {
  const made = await client.json<MadeContainer>({ path: `${containerPath(nativeId)}/json` })
  const image = await client
    .json<MadeImage>({ path: `/images/${encodeURIComponent(made.Image)}/json` })
    // Its image may have been removed by force: then all of it counts as asked for.
    .catch(() => null)
  return { spec: readSpec(made, image), lost: lostOf(made) }
}
