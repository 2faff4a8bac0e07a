import type { PortBinding } from '@wheelhouse/driver'
import { isIP } from 'node:net'
import type { Path } from '../file/problems.ts'
import type { Reader } from '../file/reader.ts'
import { isLong } from '../file/stack-scope.ts'

export type PortsRead = { readonly bindings: readonly PortBinding[] } | { readonly error: string }

const range = /^(\d+)(?:-(\d+))?$/
const protocols = ['tcp', 'udp', 'sctp'] as const

function readRange(text: string, least: number): readonly [number, number] | null {
  const found = range.exec(text)
  if (!found) return null
  const first = Number(found[1])
  const last = found[2] === undefined ? first : Number(found[2])
  return first >= least && last >= first && last <= 65_535 ? [first, last] : null
}

/** `[[IP:]HOST:]CONTAINER[/PROTOCOL]`, each port a number or a range; an IPv6 address with or without brackets. */
export function parsePort(text: string): PortsRead {
  const [address, protocol = 'tcp', ...more] = text.trim().split('/')
  const known = protocols.find((name) => name === protocol.toLowerCase())
  if (!known || more.length > 0) return { error: `"${text}" names a protocol that is not tcp, udp or sctp.` }
  const parts = (address ?? '').split(':')
  const inside = parts.pop() ?? ''
  const outside = parts.pop()
  const host = parts.join(':').replace(/^\[(.*)\]$/, '$1')
  if (parts.length > 0 && isIP(host) === 0) return { error: `"${host}" in "${text}" is not an IP address.` }
  return bind(text, { host: host || null, outside: outside || null, inside, protocol: known })
}

function bind(
  text: string,
  given: { host: string | null; outside: string | null; inside: string; protocol: PortBinding['protocol'] },
): PortsRead {
  const inside = readRange(given.inside, 1)
  if (!inside) return { error: `"${text}" needs a container port from 1 to 65535, or a range such as 8000-8010.` }
  const count = inside[1] - inside[0] + 1
  const outside = given.outside === null ? null : readRange(given.outside, 0)
  if (given.outside !== null && !outside) return { error: `The host port in "${text}" must be from 0 to 65535.` }
  if (outside && outside[1] - outside[0] + 1 !== count) {
    return { error: `The ranges in "${text}" differ in length. Give both sides the same number of ports.` }
  }
  const bindings = Array.from({ length: count }, (_, index) => ({
    host: given.host,
    // 0 asks the engine for a free port, as no host port does.
    hostPort: outside && outside[0] + index > 0 ? outside[0] + index : null,
    port: inside[0] + index,
    protocol: given.protocol,
  }))
  return { bindings }
}

const longKeys = ['target', 'published', 'host_ip', 'protocol', 'mode', 'name', 'app_protocol']

export function readPorts(reader: Reader, value: unknown, path: Path): PortBinding[] {
  const bindings: PortBinding[] = []
  for (const [index, item] of (reader.list(value, path) ?? []).entries()) {
    if (!reader.mayMake(0, path)) return []
    const at = [...path, index]
    const read = isLong(item) ? readLong(reader, item, at) : readShort(reader, item, at)
    if (read === null) continue
    if ('bindings' in read && !reader.mayMake(read.bindings.length, at)) return []
    if ('error' in read) reader.problems.error(at, read.error)
    else bindings.push(...read.bindings)
  }
  const seen = new Set<string>()
  return bindings.filter((binding) => {
    const key = JSON.stringify([binding.host, binding.hostPort, binding.port, binding.protocol])
    return !seen.has(key) && seen.add(key)
  })
}

function readShort(reader: Reader, item: unknown, at: Path): PortsRead | null {
  const text = reader.string(item ?? '', at)
  return text === null ? null : parsePort(text)
}

function readLong(reader: Reader, item: unknown, at: Path): PortsRead | null {
  const fields = reader.map(item, at)
  if (!fields) return null
  reader.onlyKeys(fields, at, longKeys)
  const target = reader.string(fields.target, [...at, 'target'])
  if (target === null) return { error: 'A port needs a target: the port inside the container.' }
  const host = reader.string(fields.host_ip, [...at, 'host_ip'])
  if (host !== null && isIP(host) === 0) return { error: `"${host}" is not an IP address.` }
  const protocol =
    fields.protocol === undefined ? 'tcp' : reader.choice(fields.protocol, [...at, 'protocol'], protocols)
  if (protocol === null) return null
  if (fields.mode !== undefined && fields.mode !== 'host' && fields.mode !== 'ingress') {
    reader.problems.error([...at, 'mode'], 'mode must be host or ingress.')
  }
  const outside = reader.string(fields.published, [...at, 'published'])
  return bind(outside === null ? target : `${outside}:${target}`, { host, outside, inside: target, protocol })
}
