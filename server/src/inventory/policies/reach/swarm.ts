import type { PolicyRules } from '@wheelhouse/contract'
import type { ContainerSpec, ServiceSpec, SwarmPrivileges } from '@wheelhouse/driver'
import { containerReasons } from './containers.ts'
import { volumeReasons } from './resources.ts'

/** A container of which nothing is asked. */
const plain: ContainerSpec = {
  kind: 'container',
  name: '',
  stack: '',
  service: '',
  digest: '',
  environment: {},
  labels: {},
  checks: [],
  image: '',
  pull: 'missing',
  command: null,
  entrypoint: null,
  ports: [],
  mounts: [],
  networks: [],
  networkMode: null,
  restart: { policy: 'no', maxRetries: null },
  healthCheck: null,
  stop: { signal: null, timeoutMs: null },
  user: null,
  workingDirectory: null,
  hostname: null,
  tty: false,
  openStdin: false,
  init: false,
  readOnly: false,
  privileged: false,
  capAdd: [],
  capDrop: [],
  devices: [],
  securityOpt: [],
  pidMode: null,
  ipcMode: null,
  usernsMode: null,
  cgroupParent: null,
  extraHosts: [],
  dns: [],
  tmpfs: [],
  sysctls: {},
  ulimits: [],
  shmBytes: null,
  memoryBytes: null,
  cpus: null,
  pidsLimit: null,
}

/** As options of a container would say it. */
function securityOf(privileges: SwarmPrivileges | null | undefined): string[] {
  const { SELinuxContext: selinux, Seccomp: seccomp, AppArmor: apparmor, CredentialSpec: credential } = privileges ?? {}
  const labels = Object.entries(selinux ?? {}).filter(([, value]) => value !== '' && value !== false && value !== null)
  return [
    ...labels.map(([key, value]) => `label=${key.toLowerCase()}:${String(value)}`),
    ...(seccomp?.Mode && seccomp.Mode !== 'default' ? [`seccomp=${seccomp.Mode}`] : []),
    ...(apparmor?.Mode && apparmor.Mode !== 'default' ? [`apparmor=${apparmor.Mode}`] : []),
    ...(credential ? ['credentialspec'] : []),
  ]
}

/** Mounts of kinds that containers do not have: pipes of Windows, volumes of cluster plugins. */
const usualMounts: ReadonlySet<string> = new Set(['bind', 'volume', 'tmpfs'])

/**
 * What a Swarm service asks of the nodes it may come to run on that the rules do not allow, a sentence each. `networkName` tells
 * what an id in the spec is called.
 */
export function swarmServiceReasons(
  spec: ServiceSpec,
  networkName: (id: string) => string,
  rules: PolicyRules,
): string[] {
  const { Name: name, TaskTemplate: template, EndpointSpec: endpoint } = spec
  const container = template.ContainerSpec ?? {}
  const mounts = container.Mounts ?? []
  const networks = [...(template.Networks ?? []), ...(spec.Networks ?? [])].map(({ Target: id = '' }) =>
    networkName(id),
  )
  const as: ContainerSpec = {
    ...plain,
    name,
    service: name,
    image: (container.Image ?? '').replace(/(?<=:[^/@]+)@sha256:[0-9a-f]{64}$/, ''),
    capAdd: container.CapabilityAdd ?? [],
    securityOpt: securityOf(container.Privileges),
    sysctls: container.Sysctls ?? {},
    groupAdd: container.Groups ?? [],
    logDriver: template.LogDriver
      ? { name: template.LogDriver.Name ?? '', options: template.LogDriver.Options ?? {} }
      : null,
    networks: networks.map((network) => ({ name: network, aliases: [], ipv4: null })),
    // By the mesh, and in host mode too, a port is on all addresses of a node.
    ports: (endpoint?.Ports ?? []).map((port) => ({
      host: null,
      hostPort: port.PublishedPort ?? null,
      port: port.TargetPort ?? 0,
      protocol: port.Protocol === 'udp' || port.Protocol === 'sctp' ? port.Protocol : 'tcp',
    })),
    mounts: mounts
      .filter(({ Type: type = 'volume' }) => usualMounts.has(type))
      .map((mount) => ({
        type: mount.Type === 'bind' || mount.Type === 'tmpfs' ? mount.Type : 'volume',
        source: mount.Source ?? null,
        destination: mount.Target ?? '',
        readOnly: mount.ReadOnly ?? false,
        options: {},
      })),
  }
  const plugin = template.PluginSpec
  const volumes = mounts.flatMap((mount) => {
    const driver = mount.VolumeOptions?.DriverConfig
    if (!driver) return []
    const volume = {
      name: mount.Source ?? mount.Target ?? '',
      driver: driver.Name || null,
      options: driver.Options ?? {},
    }
    return volumeReasons(volume, rules)
  })
  return [
    ...(plugin && !rules.plugins
      ? [`${name} installs the plugin ${plugin.Remote ?? plugin.Name ?? ''} on its nodes.`]
      : []),
    // A plugin has no container, and thus no image to be judged.
    ...(plugin ? [] : containerReasons(as, new Set(), rules)),
    ...volumes,
    ...mounts
      .filter(({ Type: type = 'volume' }) => !usualMounts.has(type) && !rules.volumeDrivers.includes('*'))
      .map((mount) => `${name} mounts ${mount.Source ?? 'something'} as ${mount.Type}.`),
  ]
}
