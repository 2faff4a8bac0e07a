import type { NetworkAttachment, NetworkSpec } from '@wheelhouse/driver'
import { isIPv4, isIPv6 } from 'node:net'
import { didYouMean } from '../file/nearest.ts'
import type { Path } from '../file/problems.ts'
import type { Fields } from '../file/reader.ts'
import { attachmentKeys, networkKeys } from './keys.ts'
import { readLabels } from '../file/labels.ts'
import { readExternal } from './external.ts'
import { resourceLabels } from './labels.ts'
import { tellNotApplied } from './not-applied.ts'
import { type StackScope } from '../file/stack-scope.ts'

/** A network by its name in the file; `spec` is null for one that must be there already. */
export interface DeclaredNetwork {
  readonly name: string
  readonly spec: NetworkSpec | null
}

export function readNetworks(scope: StackScope, value: unknown): Map<string, DeclaredNetwork> {
  const declared = new Map<string, DeclaredNetwork>()
  const all = scope.reader.map(value, ['networks']) ?? {}
  for (const [key, item] of Object.entries(all)) declared.set(key, readNetwork(scope, key, item))
  if (!declared.has('default')) declared.set('default', readNetwork(scope, 'default', null))
  return declared
}

function readNetwork(scope: StackScope, key: string, item: unknown): DeclaredNetwork {
  const { reader, project } = scope
  const at = ['networks', key]
  const fields = reader.map(item, at) ?? {}
  tellNotApplied(reader, fields, at, networkKeys)
  const external = readExternal(reader, fields, at)
  if (external !== null) return { name: external || key, spec: null }
  const name = reader.string(fields.name, [...at, 'name']) ?? `${project}_${key}`
  const options = reader.pairs(fields.driver_opts, [...at, 'driver_opts'])
  const spec: NetworkSpec = {
    kind: 'network',
    name,
    stack: project,
    driver: reader.string(fields.driver, [...at, 'driver']),
    internal: reader.boolean(fields.internal, [...at, 'internal']) ?? false,
    attachable: reader.boolean(fields.attachable, [...at, 'attachable']) ?? false,
    ipv6: reader.boolean(fields.enable_ipv6, [...at, 'enable_ipv6']) ?? false,
    subnets: readSubnets(scope, fields.ipam, [...at, 'ipam']),
    options: Object.fromEntries([...options].map(([option, text]) => [option, text ?? ''])),
    labels: { ...readLabels(reader, fields.labels, [...at, 'labels']), ...resourceLabels(project, 'network', key) },
  }
  return { name, spec }
}

function readSubnets(scope: StackScope, value: unknown, path: Path): NetworkSpec['subnets'] {
  const { reader } = scope
  const ipam = reader.map(value, path)
  if (!ipam) return []
  if (ipam.driver !== undefined && ipam.driver !== 'default')
    reader.problems.warn([...path, 'driver'], 'not applied: the ipam driver: only default is asked for.')
  if (ipam.options !== undefined)
    reader.problems.warnAtKey([...path, 'options'], 'not applied: options: the engine is not asked for them.')
  return (reader.list(ipam.config, [...path, 'config']) ?? []).flatMap((item, index) => {
    const at = [...path, 'config', index]
    const fields: Fields = reader.map(item, at) ?? {}
    for (const key of ['ip_range', 'aux_addresses']) {
      if (fields[key] !== undefined)
        reader.problems.warnAtKey([...at, key], `not applied: ${key}: the engine is not asked for it.`)
    }
    const subnet = reader.string(fields.subnet, [...at, 'subnet'])
    const gateway = reader.string(fields.gateway, [...at, 'gateway'])
    if (subnet === null) reader.problems.error(at, 'An ipam config needs a subnet such as 172.28.0.0/16.')
    return subnet === null ? [] : [{ subnet, gateway }]
  })
}

/** Where a service is attached: the default network unless told. It answers to its own name in each. */
export function readAttachments(
  scope: StackScope,
  service: string,
  value: unknown,
  path: Path,
  declared: ReadonlyMap<string, DeclaredNetwork>,
  known = attachmentKeys,
): { readonly keys: string[]; readonly attachments: NetworkAttachment[] } {
  const { reader } = scope
  const wanted: [string, unknown, Path][] =
    value === undefined || value === null
      ? [['default', null, path]]
      : Array.isArray(value)
        ? reader.strings(value, path).map((key, index) => [key, null, [...path, index]])
        : Object.entries(reader.map(value, path) ?? {}).map(([key, item]) => [key, item, [...path, key]])
  const keys: string[] = []
  const attachments: NetworkAttachment[] = []
  for (const [key, item, at] of wanted) {
    const network = declared.get(key)
    if (!network) {
      const near = didYouMean(key, declared.keys())
      reader.problems.error(at, `There is no network ${key} in the file: add it under networks at the top.${near}`)
      continue
    }
    const fields = reader.map(item, at) ?? {}
    tellNotApplied(reader, fields, at, known)
    const ipv4 = reader.string(fields.ipv4_address, [...at, 'ipv4_address'])
    if (ipv4 !== null && !isIPv4(ipv4))
      reader.problems.error([...at, 'ipv4_address'], `"${ipv4}" is not an IPv4 address.`)
    keys.push(key)
    attachments.push({
      name: network.name,
      aliases: [...new Set([service, ...reader.strings(fields.aliases, [...at, 'aliases'])])],
      ipv4,
      ...readAddresses(scope, fields, at),
    })
  }
  return { keys, attachments }
}

/** What else a service asks of a network; absent where it does not, so that it is no part of a digest. */
function readAddresses({ reader }: StackScope, fields: Fields, at: Path): Partial<NetworkAttachment> {
  const ipv6 = reader.string(fields.ipv6_address, [...at, 'ipv6_address'])
  if (ipv6 !== null && !isIPv6(ipv6))
    reader.problems.error([...at, 'ipv6_address'], `"${ipv6}" is not an IPv6 address.`)
  const macAddress = reader.string(fields.mac_address, [...at, 'mac_address'])
  const options = [...reader.pairs(fields.driver_opts, [...at, 'driver_opts'])].map(([key, text]) => [key, text ?? ''])
  return {
    ...(ipv6 === null ? {} : { ipv6 }),
    ...(macAddress === null ? {} : { macAddress }),
    ...(fields.link_local_ips === undefined
      ? {}
      : { linkLocal: reader.strings(fields.link_local_ips, [...at, 'link_local_ips']) }),
    ...(options.length === 0 ? {} : { driverOptions: Object.fromEntries(options) as Record<string, string> }),
  }
}
