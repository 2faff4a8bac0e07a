import type { PolicyRules } from '@wheelhouse/contract'
import type { NetworkSpec, ResourceSpec, VolumeSpec } from '@wheelhouse/driver'
import { bindReason } from './paths.ts'

type Volume = Pick<VolumeSpec, 'name' | 'driver' | 'options'>
type Network = Pick<NetworkSpec, 'name' | 'driver' | 'options'>

const tameVolumeTypes = new Set(['tmpfs', 'nfs', 'nfs4', 'cifs'])

const listed = (names: readonly string[], name: string): boolean => names.includes('*') || names.includes(name)

/** What a volume asks of its host that the rules do not allow, a sentence each. */
export function volumeReasons(spec: Volume, rules: PolicyRules): string[] {
  if (spec.driver !== null && spec.driver !== 'local')
    return listed(rules.volumeDrivers, spec.driver) ? [] : [`The volume ${spec.name} uses the driver ${spec.driver}.`]
  if (Object.keys(spec.options).length === 0) return []
  const { type = '', device = '', o = '' } = spec.options
  const binds = /(?:^|,)r?bind(?:,|$)/.test(o) || type === 'none' || type === 'bind'
  if (binds && device.startsWith('/')) {
    const reason = bindReason(device, rules)
    return reason === null ? [] : [`The volume ${spec.name} ${reason}.`]
  }
  if (rules.bindFolders.includes('*')) return []
  return tameVolumeTypes.has(type) && !binds && !device.startsWith('/')
    ? []
    : [`The volume ${spec.name} mounts ${device || 'something'} of the host as ${type || 'a file system'}.`]
}

/** Options of a bridge or an overlay that stay inside it; the name of the bridge, for one, would join one that the host has already. */
const tameNetworkOptions = new Set([
  'com.docker.network.bridge.enable_icc',
  'com.docker.network.bridge.enable_ip_masquerade',
  'com.docker.network.bridge.host_binding_ipv4',
  'com.docker.network.driver.mtu',
  'encrypted',
])
const tameNetworkDrivers = new Set(['bridge', 'overlay'])

/** What a network asks of its host that the rules do not allow, a sentence each. */
export function networkReasons(spec: Network, rules: PolicyRules): string[] {
  if (spec.driver !== null && !tameNetworkDrivers.has(spec.driver))
    return listed(rules.networkDrivers, spec.driver)
      ? []
      : [`The network ${spec.name} uses the driver ${spec.driver}, which reaches the network of the host.`]
  if (rules.hostNetwork) return []
  return Object.keys(spec.options)
    .filter((option) => !tameNetworkOptions.has(option))
    .map((option) => `The network ${spec.name} sets ${option}.`)
}

export const resourceReasons = (spec: ResourceSpec, rules: PolicyRules): string[] =>
  spec.kind === 'volume' ? volumeReasons(spec, rules) : networkReasons(spec, rules)
