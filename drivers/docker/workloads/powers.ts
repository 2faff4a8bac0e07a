interface HostSide {
  readonly Privileged?: boolean
  readonly CapAdd?: readonly string[] | null
  readonly Devices?: readonly unknown[] | null
  readonly PidMode?: string
  readonly NetworkMode?: string
  readonly UsernsMode?: string
}
interface MountPoint {
  readonly Type?: string
  readonly Source?: string
}

/** Capabilities that lead out of a container, by what the kernel lets their holder do. */
const wayOut =
  /^(?:CAP_)?(?:ALL|SYS_(?:ADMIN|MODULE|PTRACE|RAWIO|BOOT)|DAC_READ_SEARCH|NET_ADMIN|BPF|PERFMON|MAC_ADMIN)$/i
const engineSocket = /(?:^|\/)(?:docker|containerd|podman|crio)\.sock$/
/** Whoever writes here writes into the host, or talks to its engine. */
const hostFolders = [
  '/',
  '/boot',
  '/dev',
  '/etc',
  '/home',
  '/proc',
  '/root',
  '/run',
  '/sys',
  '/usr',
  '/var',
  '/var/lib',
  '/var/lib/docker',
  '/var/run',
]

/** What a container may do beyond its own walls, a clause each; empty for most. `native` as the engine's inspect answers it. */
export function powersOf(native: { readonly HostConfig?: unknown; readonly Mounts?: unknown }): string[] {
  const host = (native.HostConfig ?? {}) as HostSide
  const mounts = (native.Mounts ?? []) as readonly MountPoint[]
  const sources = mounts
    .filter((mount) => mount.Type === 'bind')
    .map((mount) => (mount.Source ?? '').replace(/(?<=.)\/$/, ''))
  return [
    ...(host.Privileged ? ['runs privileged'] : []),
    ...(host.CapAdd ?? []).filter((name) => wayOut.test(name)).map((name) => `has the capability ${name}`),
    ...((host.Devices?.length ?? 0) > 0 ? ['uses devices of the host'] : []),
    ...(host.PidMode === 'host' ? ['uses the process space of the host'] : []),
    ...(host.NetworkMode === 'host' ? ['uses the network of the host'] : []),
    ...(host.UsernsMode === 'host' ? ['uses the user space of the host'] : []),
    ...sources
      .filter((source) => engineSocket.test(source) || hostFolders.includes(source))
      .map((source) => `mounts ${source} of the host`),
  ]
}
