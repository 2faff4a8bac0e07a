import type { ContainerDraft } from '@wheelhouse/contract'
import { type ContainerSpec, withoutOwnLabels } from '@wheelhouse/driver'
import { maskEnvironment } from '../../services/index.ts'

type Given<T> = { [K in keyof T]?: Exclude<T[K], null> }

/** Without what says nothing: null, false, empty lists and records. */
function telling<T extends object>(fields: T): Given<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => {
      if (value === null || value === undefined || value === false) return false
      return typeof value !== 'object' || Object.keys(value as object).length > 0
    }),
  ) as Given<T>
}

function mountOf(mount: ContainerSpec['mounts'][number]): NonNullable<ContainerDraft['mounts']>[number] {
  const size = (mount.options.TmpfsOptions as { SizeBytes?: number } | undefined)?.SizeBytes
  return {
    type: mount.type,
    destination: mount.destination,
    ...telling({ source: mount.source, readOnly: mount.readOnly, sizeBytes: size ?? null }),
  }
}

/** A container as its form: defaults and labels of ours left out, values that look secret as null, which keeps them. */
export function draftOfSpec(spec: ContainerSpec): ContainerDraft {
  const { logDriver, healthCheck, restart } = spec
  const environment = maskEnvironment(spec.environment).map(({ name, value, masked }) => [name, masked ? null : value])
  const ports = [
    ...spec.ports.map(({ host, hostPort, port, protocol }) => ({ ...telling({ host, hostPort }), port, protocol })),
    ...(spec.exposed ?? []).map(({ port, protocol }) => ({ port, protocol, publish: false })),
  ]
  return {
    name: spec.name,
    image: spec.image,
    ...telling({
      platform: spec.platform ?? null,
      command: spec.command && [...spec.command],
      entrypoint: spec.entrypoint && [...spec.entrypoint],
      environment: Object.fromEntries(environment) as Record<string, string | null>,
      labels: withoutOwnLabels(spec.labels),
      ports,
      mounts: spec.mounts.map(mountOf),
      networks: spec.networks.map(({ name, aliases, ipv4, ipv6 }) => ({
        name,
        ...telling({ aliases: [...aliases], ipv4, ipv6: ipv6 ?? null }),
      })),
      networkMode: spec.networkMode,
      restart:
        restart.policy === 'no' ? null : { policy: restart.policy, ...telling({ maxRetries: restart.maxRetries }) },
      healthCheck: healthCheck && {
        test: [...healthCheck.test],
        ...telling({
          intervalMs: healthCheck.intervalMs,
          timeoutMs: healthCheck.timeoutMs,
          startPeriodMs: healthCheck.startPeriodMs,
          retries: healthCheck.retries,
        }),
      },
      limits: telling({
        memoryBytes: spec.memoryBytes,
        memoryReservationBytes: spec.memoryReservationBytes ?? null,
        memorySwapBytes: spec.memorySwapBytes ?? null,
        cpus: spec.cpus,
        cpuShares: spec.cpuShares ?? null,
        cpuset: spec.cpuset ?? null,
        pids: spec.pidsLimit,
        shmBytes: spec.shmBytes,
      }),
      user: spec.user,
      workingDirectory: spec.workingDirectory,
      hostname: spec.hostname,
      extraHosts: [...spec.extraHosts],
      dns: [...spec.dns],
      tty: spec.tty,
      openStdin: spec.openStdin,
      init: spec.init,
      readOnly: spec.readOnly,
      privileged: spec.privileged,
      capAdd: [...spec.capAdd],
      capDrop: [...spec.capDrop],
      devices: spec.devices.map((device) => ({ ...device })),
      securityOpt: [...spec.securityOpt],
      sysctls: { ...spec.sysctls },
      pidMode: spec.pidMode,
      ipcMode: spec.ipcMode,
      logDriver: logDriver ? { name: logDriver.name, ...telling({ options: { ...logDriver.options } }) } : null,
      stop: telling({ signal: spec.stop.signal, timeoutMs: spec.stop.timeoutMs }),
      autoRemove: spec.autoRemove ?? false,
    }),
  }
}
