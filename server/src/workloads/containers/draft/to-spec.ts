import { type ContainerDraft, Failure } from '@wheelhouse/contract'
import { type ContainerSpec, isOwnLabel, ownLabels } from '@wheelhouse/driver'

const orNull = <T>(value: T | undefined): T | null => value ?? null

/** Digest of a container of a stack that was changed by hand: no file says so, and the next plan of the stack tells it. */
export const changedByHand = 'changed-by-hand'

/** Values of a draft, where null stands for what the container that is replaced has there. */
function environmentOf(draft: ContainerDraft, before: ContainerSpec | null): Record<string, string> {
  return Object.fromEntries(
    Object.entries(draft.environment ?? {}).map(([name, value]) => {
      const kept = value ?? before?.environment[name]
      if (kept === undefined) {
        throw new Failure('VALIDATION_FAILED', `environment.${name}: there is no value to keep. Give one.`, {
          fields: [{ field: `environment.${name}`, message: 'there is no value to keep' }],
        })
      }
      return [name, kept]
    }),
  )
}

/** The form shows no label of ours, so those of the container that is replaced stay. */
function labelsOf(draft: ContainerDraft, before: ContainerSpec | null): Record<string, string> {
  const own = Object.entries(before?.labels ?? {}).filter(([name]) => isOwnLabel(name))
  return { ...Object.fromEntries(own), ...draft.labels }
}

function mountsOf(draft: ContainerDraft): ContainerSpec['mounts'] {
  return (draft.mounts ?? []).map((mount) => ({
    type: mount.type,
    source: orNull(mount.source),
    destination: mount.destination,
    readOnly: mount.readOnly ?? false,
    options: mount.type === 'tmpfs' && mount.sizeBytes ? { TmpfsOptions: { SizeBytes: mount.sizeBytes } } : {},
  }))
}

function portsOf(draft: ContainerDraft): Pick<ContainerSpec, 'ports' | 'exposed'> {
  const ports = draft.ports ?? []
  const numbered = ports.map((port) => ({ ...port, protocol: port.protocol ?? ('tcp' as const) }))
  return {
    ports: numbered
      .filter((port) => port.publish !== false)
      .map(({ host, hostPort, port, protocol }) => ({
        host: orNull(host),
        hostPort: hostPort || null,
        port,
        protocol,
      })),
    exposed: numbered.filter((port) => port.publish === false).map(({ port, protocol }) => ({ port, protocol })),
  }
}

function checkOf({ healthCheck }: ContainerDraft): ContainerSpec['healthCheck'] {
  if (!healthCheck) return null
  return {
    test: healthCheck.test,
    intervalMs: orNull(healthCheck.intervalMs),
    timeoutMs: orNull(healthCheck.timeoutMs),
    startPeriodMs: orNull(healthCheck.startPeriodMs),
    retries: orNull(healthCheck.retries),
  }
}

/** What an engine is told of a form. `before` is the container that it replaces. Throws VALIDATION_FAILED. */
export function specOfDraft(draft: ContainerDraft, before: ContainerSpec | null = null): ContainerSpec {
  const { limits, restart, stop } = draft
  const labels = labelsOf(draft, before)
  const stack = labels[ownLabels.stack] ?? ''
  return {
    kind: 'container',
    name: draft.name,
    stack,
    service: labels[ownLabels.service] ?? draft.name,
    digest: stack === '' ? '' : changedByHand,
    environment: environmentOf(draft, before),
    labels,
    checks: [],
    image: draft.image,
    pull: draft.pull ?? 'missing',
    platform: orNull(draft.platform),
    command: orNull(draft.command),
    entrypoint: orNull(draft.entrypoint),
    ...portsOf(draft),
    mounts: mountsOf(draft),
    networks: (draft.networks ?? []).map(({ name, aliases, ipv4, ipv6 }) => ({
      name,
      aliases: aliases ?? [],
      ipv4: orNull(ipv4),
      ipv6: orNull(ipv6),
    })),
    networkMode: orNull(draft.networkMode),
    restart: { policy: restart?.policy ?? 'no', maxRetries: orNull(restart?.maxRetries) },
    healthCheck: checkOf(draft),
    stop: { signal: orNull(stop?.signal), timeoutMs: orNull(stop?.timeoutMs) },
    user: orNull(draft.user),
    workingDirectory: orNull(draft.workingDirectory),
    hostname: orNull(draft.hostname),
    tty: draft.tty ?? false,
    openStdin: draft.openStdin ?? false,
    init: draft.init ?? false,
    readOnly: draft.readOnly ?? false,
    privileged: draft.privileged ?? false,
    autoRemove: draft.autoRemove ?? false,
    capAdd: draft.capAdd ?? [],
    capDrop: draft.capDrop ?? [],
    devices: (draft.devices ?? []).map(({ host, container, permissions }) => ({
      host,
      container: container ?? host,
      permissions: permissions ?? 'rwm',
    })),
    securityOpt: draft.securityOpt ?? [],
    pidMode: orNull(draft.pidMode),
    ipcMode: orNull(draft.ipcMode),
    usernsMode: before?.usernsMode ?? null,
    cgroupParent: null,
    extraHosts: draft.extraHosts ?? [],
    dns: draft.dns ?? [],
    tmpfs: before?.tmpfs ?? [],
    sysctls: draft.sysctls ?? {},
    ulimits: before?.ulimits ?? [],
    shmBytes: orNull(limits?.shmBytes),
    memoryBytes: orNull(limits?.memoryBytes),
    memoryReservationBytes: orNull(limits?.memoryReservationBytes),
    memorySwapBytes: orNull(limits?.memorySwapBytes),
    cpus: orNull(limits?.cpus),
    cpuShares: orNull(limits?.cpuShares),
    cpuset: orNull(limits?.cpuset),
    pidsLimit: orNull(limits?.pids),
    logDriver: draft.logDriver ? { name: draft.logDriver.name, options: draft.logDriver.options ?? {} } : null,
  }
}
