import { type Caller, callerMay } from '../../dispatch/index.ts'
import type { ContainerSpec, NetworkSpec, ResourceSpec, VolumeSpec } from '@wheelhouse/driver'
import { Failure } from '@wheelhouse/contract'
import { posix } from 'node:path'
import type { Rendered } from './rendered.ts'

/** Who asked: what an administrator may do needs no leave, and runs with a warning instead of a refusal. */
export type Allowance = 'admin' | 'developer' | 'developer-with-processes'

export interface PolicySettings {
  /** Folders on targets that anyone who may apply stacks may mount from. */
  readonly bindFolders: readonly string[]
}

/** A token of an administrator counts as one only where its scopes say so. */
export function allowanceOf(caller: Caller, targetId: string): Allowance {
  if (callerMay(caller, 'targets.manage')) return 'admin'
  const granted = caller.authority?.grants.some(
    (grant) => grant.on === 'target' && grant.id === targetId && grant.role === 'developer',
  )
  return granted ? 'developer-with-processes' : 'developer'
}

/** Capabilities that do not reach beyond the container: those every engine gives by default, and two harmless ones. */
const tameCapabilities = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID IPC_LOCK KILL NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  ),
)
const tameSecurity = /^no-new-privileges(?:[=:]true)?$/
const tameVolumeTypes = new Set(['tmpfs', 'nfs', 'nfs4', 'cifs'])
const engineSockets = /(?:^|\/)(?:docker|containerd|podman|crio)\.sock$/
const socketFolders = ['/var/run', '/run']

/** Without `..`, doubled or closing slashes. */
const plainPath = (path: string): string => posix.normalize(path).replace(/(?<=.)\/$/, '')

const isBelow = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)

/** True for a socket of the engine, and for every folder that holds one. */
function reachesEngine(source: string): boolean {
  return engineSockets.test(source) || socketFolders.some((folder) => isBelow(folder, source))
}

function bindReason(source: string, settings: PolicySettings): string | null {
  const path = plainPath(source)
  if (reachesEngine(path)) return `mounts ${path}, which gives control of the whole engine`
  const folders = settings.bindFolders.map(plainPath)
  if (folders.includes(path)) return null
  // Whoever may write to a folder can put a link into it, and the engine follows that link to any place of the host.
  const above = folders.find((folder) => isBelow(path, folder))
  const hint = above === undefined ? '' : `, and only ${above} itself is allowed: a folder below it may be a link`
  return `mounts ${path} of the host${hint}`
}

function namespaceReason(mode: string | null, what: string, own: ReadonlySet<string>): string | null {
  if (mode === null) return null
  if (mode === 'host') return `uses the ${what} of the host`
  const container = /^container:(.*)$/.exec(mode)?.[1]
  return container !== undefined && !own.has(container)
    ? `joins the ${what} of ${container}, which is not of this stack`
    : null
}

function containerReasons(spec: ContainerSpec, own: ReadonlySet<string>, settings: PolicySettings): string[] {
  const capabilities = spec.capAdd.map((name) => name.toUpperCase().replace(/^CAP_/, ''))
  const reasons = [
    spec.privileged && 'runs privileged',
    ...capabilities.filter((name) => !tameCapabilities.has(name)).map((name) => `adds the capability ${name}`),
    ...spec.devices.map((device) => `uses the device ${device.host}`),
    ...spec.securityOpt
      .filter((option) => !tameSecurity.test(option))
      .map((option) => `sets the security option ${option}`),
    namespaceReason(spec.networkMode, 'network', own),
    namespaceReason(spec.pidMode, 'process space', own),
    namespaceReason(spec.ipcMode, 'shared memory', own),
    namespaceReason(spec.usernsMode, 'user space', own),
    spec.networks.some((network) => network.name === 'host') && 'uses the network of the host',
    spec.cgroupParent !== null && 'sets cgroup_parent',
    ...Object.keys(spec.sysctls)
      .filter((name) => !name.startsWith('net.'))
      .map((name) => `sets ${name}`),
    ...spec.mounts.map((mount) => {
      // A volume whose name is a path is a bind to the engine, whatever it is called.
      if (mount.source !== null && (mount.type === 'bind' || mount.source.startsWith('/')))
        return bindReason(mount.source, settings)
      const volume = mount.options.VolumeOptions as { DriverConfig?: unknown } | undefined
      return volume?.DriverConfig === undefined ? null : `sets a volume driver for ${mount.destination}`
    }),
  ]
  return reasons
    .filter((reason): reason is string => typeof reason === 'string')
    .map((reason) => `${spec.service} ${reason}.`)
}

function volumeReasons(spec: VolumeSpec, settings: PolicySettings): string[] {
  if (spec.driver !== null && spec.driver !== 'local')
    return [`The volume ${spec.name} uses the driver ${spec.driver}.`]
  if (Object.keys(spec.options).length === 0) return []
  const { type = '', device = '', o = '' } = spec.options
  const binds = /(?:^|,)r?bind(?:,|$)/.test(o) || type === 'none' || type === 'bind'
  if (binds && device.startsWith('/')) {
    const reason = bindReason(device, settings)
    return reason === null ? [] : [`The volume ${spec.name} ${reason}.`]
  }
  return tameVolumeTypes.has(type) && !binds && !device.startsWith('/')
    ? []
    : [`The volume ${spec.name} mounts ${device || 'something'} of the host as ${type || 'a file system'}.`]
}

/** Options of a bridge that stay inside it; its name, for one, would join a bridge that the host has already. */
const tameBridgeOptions = new Set([
  'com.docker.network.bridge.enable_icc',
  'com.docker.network.bridge.enable_ip_masquerade',
  'com.docker.network.bridge.host_binding_ipv4',
  'com.docker.network.driver.mtu',
])

function networkReasons(spec: NetworkSpec): string[] {
  if (spec.driver !== null && spec.driver !== 'bridge')
    return [`The network ${spec.name} uses the driver ${spec.driver}, which reaches the network of the host.`]
  return Object.keys(spec.options)
    .filter((option) => !tameBridgeOptions.has(option))
    .map((option) => `The network ${spec.name} sets ${option}.`)
}

const resourceReasons = (spec: ResourceSpec, settings: PolicySettings): string[] =>
  spec.kind === 'volume' ? volumeReasons(spec, settings) : networkReasons(spec)

/** Everything in a stack that reaches beyond its own containers, a sentence each. The one place that says what that is. */
export function reach(rendered: Rendered, settings: PolicySettings): string[] {
  const own = new Set(rendered.workloads.map((workload) => workload.spec.name))
  const services = rendered.workloads.flatMap(({ spec }) =>
    spec.kind === 'container' ? containerReasons(spec, own, settings) : [],
  )
  return [...new Set([...services, ...rendered.resources.flatMap((spec) => resourceReasons(spec, settings))])]
}

/** Throws POLICY_REFUSED with every reason, or answers what an administrator should know before going on. */
export function requireAllowed(rendered: Rendered, allowance: Allowance, settings: PolicySettings): string[] {
  const reasons = reach(rendered, settings)
  if (allowance === 'admin') return reasons
  if (rendered.format === 'wheelhouse' && allowance !== 'developer-with-processes') {
    reasons.push(
      'Processes run as the user of Wheelhouse itself: this needs an administrator, or the role developer granted on this target.',
    )
  }
  if (reasons.length === 0) return []
  throw new Failure(
    'POLICY_REFUSED',
    `The policy forbids this stack: ${reasons.join(' ')} An administrator can apply it.`,
    { reasons },
  )
}
