import type { PortBinding } from '@wheelhouse/driver'
import { isIP } from 'node:net'
import type { Path } from '../file/problems.ts'
import type { Reader } from '../file/reader.ts'

const protocols = ['tcp', 'udp', 'sctp'] as const
const asPort = (text: string, least: number): number | null => {
  const port = /^\d+$/.test(text) ? Number(text) : -1
  return port >= least && port <= 65_535 ? port : null
}

/** The ports of a service in their long form. */
export function readPorts(reader: Reader, value: unknown, path: Path): PortBinding[] {
  const bindings: PortBinding[] = []
  for (const [index, item] of (reader.list(value, path) ?? []).entries()) {
    const at = [...path, index]
    if (!reader.mayMake(1, at)) return []
    const read = readPort(reader, item, at)
    if (read !== null) bindings.push(read)
  }
  const seen = new Set<string>()
  return bindings.filter((binding) => {
    const key = JSON.stringify([binding.host, binding.hostPort, binding.port, binding.protocol])
    return !seen.has(key) && seen.add(key)
  })
}

/** One port in its long form; null, with the problem told, where it is none. */
export function readPort(reader: Reader, item: unknown, at: Path): PortBinding | null {
  // What has no long form is told where the short one is read.
  const fields = typeof item === 'object' ? reader.map(item, at) : null
  if (!fields) return null
  const { problems } = reader
  const inside = reader.string(fields.target, [...at, 'target'])
  const port = asPort(inside ?? '', 1)
  if (port === null) {
    if (inside !== null) problems.error([...at, 'target'], `"${inside}" is no port from 1 to 65535.`)
    return null
  }
  const host = reader.string(fields.host_ip, [...at, 'host_ip'])
  if (host !== null && isIP(host) === 0) problems.error([...at, 'host_ip'], `"${host}" is not an IP address.`)
  const protocol = reader.choice(fields.protocol ?? 'tcp', [...at, 'protocol'], protocols) ?? 'tcp'
  if (fields.mode !== undefined) reader.choice(fields.mode, [...at, 'mode'], ['host', 'ingress'])
  const outside = reader.string(fields.published, [...at, 'published']) ?? ''
  const hostPort = asPort(outside, 0)
  if (/^\d+-\d+$/.test(outside))
    problems.warn(at, `not applied: the range ${outside} for ${port}. The engine takes any free port of the host.`)
  else if (outside !== '' && hostPort === null)
    problems.error([...at, 'published'], `The host port "${outside}" must be from 0 to 65535.`)
  // 0 asks the engine for a free port, as no host port does.
  return { host, hostPort: hostPort || null, port, protocol }
}
