import type { PolicyRules } from '@wheelhouse/contract'
import type { ContainerSpec } from '@wheelhouse/driver'
import { imageAllowed } from './images.ts'
import { logDriverReason } from './log-drivers.ts'
import { bindReason } from './paths.ts'

/** Capabilities that do not reach beyond the container: those every engine gives by default, and two harmless ones. */
const tameCapabilities = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID IPC_LOCK KILL NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  ),
)
const tameSecurity = /^no-new-privileges(?:[=:]true)?$/
const everywhere = new Set([null, '', '0.0.0.0', '::', '[::]'])

const capability = (name: string): string => name.toUpperCase().replace(/^CAP_/, '')

/** `all` in the rules allows any; `*` does as well. */
const listed = (names: readonly string[], name: string, all = '*'): boolean =>
  names.includes('*') || names.includes(all) || names.includes(name)

function namespaceReason(
  mode: string | null,
  what: string,
  own: ReadonlySet<string>,
  hostAllowed: boolean,
): string | null {
  if (mode === null) return null
  if (mode === 'host') return hostAllowed ? null : `uses the ${what} of the host`
  const container = /^container:(.*)$/.exec(mode)?.[1]
  return container !== undefined && !own.has(container)
    ? `joins the ${what} of ${container}, which is not of this stack`
    : null
}

function mountReason(mount: ContainerSpec['mounts'][number], rules: PolicyRules): string | null {
  // A volume whose name is a path is a bind to the engine, whatever it is called.
  if (mount.source !== null && (mount.type === 'bind' || mount.source.startsWith('/')))
    return bindReason(mount.source, rules)
  const volume = mount.options.VolumeOptions as { DriverConfig?: { Name?: string } } | undefined
  if (volume?.DriverConfig === undefined) return null
  return rules.volumeDrivers.includes('*') ? null : `sets a volume driver for ${mount.destination}`
}

/**
 * What a container asks of its host that the rules do not allow, a sentence each. `own` are the names of the containers that come
 * with it: whose spaces it may join.
 */
export function containerReasons(spec: ContainerSpec, own: ReadonlySet<string>, rules: PolicyRules): string[] {
  const allowed = rules.capabilities.map(capability)
  const open = spec.ports.filter((port) => everywhere.has(port.host))
  const reasons = [
    spec.privileged && !rules.privileged && 'runs privileged',
    ...spec.capAdd
      .map(capability)
      .filter((name) => !tameCapabilities.has(name) && !listed(allowed, name, 'ALL'))
      .map((name) => `adds the capability ${name}`),
    ...spec.devices
      .filter((device) => !listed(rules.devices, device.host))
      .map((device) => `uses the device ${device.host}`),
    ...(rules.securityOptions ? [] : spec.securityOpt)
      .filter((option) => !tameSecurity.test(option))
      .map((option) => `sets the security option ${option.startsWith('seccomp={') ? 'seccomp to a profile' : option}`),
    namespaceReason(spec.networkMode, 'network', own, rules.hostNetwork),
    namespaceReason(spec.pidMode, 'process space', own, rules.hostNamespaces),
    namespaceReason(spec.ipcMode, 'shared memory', own, rules.hostNamespaces),
    namespaceReason(spec.usernsMode, 'user space', own, rules.hostNamespaces),
    !rules.hostNetwork && spec.networks.some((network) => network.name === 'host') && 'uses the network of the host',
    namespaceReason(spec.utsMode ?? null, 'host name space', own, rules.hostNamespaces),
    namespaceReason(spec.cgroupNamespace ?? null, 'control groups', own, rules.hostNamespaces),
    spec.cgroupParent !== null && !rules.hostNamespaces && 'sets cgroup_parent',
    ...(rules.devices.includes('*') ? [] : (spec.deviceRules ?? [])).map((rule) => `opens devices by the rule ${rule}`),
    ...(rules.devices.includes('*') ? [] : (spec.deviceRequests ?? [])).map(
      (request) => `asks for devices of ${request.driver || 'the host'}`,
    ),
    spec.runtime && !rules.privileged && `runs in the runtime ${spec.runtime}`,
    ...(spec.volumesFrom ?? [])
      .map((from) => from.split(':')[0] ?? '')
      .filter((name) => !own.has(name))
      .map((name) => `takes the volumes of ${name}, which is not of this stack`),
    ...(spec.groupAdd ?? [])
      .filter((group) => /^(?:0|root|docker)$/.test(group) && !rules.privileged)
      .map((group) => `joins the group ${group}`),
    (spec.oomScoreAdjust ?? 0) < 0 &&
      !rules.privileged &&
      'is to be spared, more than others, when memory of the host runs out',
    spec.oomKillDisable && !rules.privileged && 'cannot be killed when memory runs out',
    ...Object.keys(rules.sysctls ? {} : spec.sysctls)
      .filter((name) => !name.startsWith('net.'))
      .map((name) => `sets ${name}`),
    ...spec.mounts.map((mount) => mountReason(mount, rules)),
    logDriverReason(spec.logDriver, rules),
    !imageAllowed(spec.image, rules) && `runs the image ${spec.image}, which is not on the list of images`,
    !rules.publicPorts && open.length > 0 && `publishes port ${open[0]?.hostPort ?? open[0]?.port} on all addresses`,
  ]
  return reasons
    .filter((reason): reason is string => typeof reason === 'string')
    .map((reason) => `${spec.service} ${reason}.`)
}
