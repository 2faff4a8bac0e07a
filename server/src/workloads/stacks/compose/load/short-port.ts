import { isIP } from 'node:net'

/** One port of a short form. `published` is a port, a range to take one from, or '' for any. */
export interface ShortPort {
  readonly hostIp: string
  readonly published: string
  readonly target: number
  readonly protocol: string
}
export type PortsRead = { readonly ports: readonly ShortPort[] } | { readonly error: string }

const protocols = ['tcp', 'udp', 'sctp']

function readRange(text: string, least: number): readonly [number, number] | null {
  const found = /^(\d+)(?:-(\d+))?$/.exec(text)
  if (!found) return null
  const first = Number(found[1])
  const last = found[2] === undefined ? first : Number(found[2])
  return first >= least && last >= first && last <= 65_535 ? [first, last] : null
}

/** `[[IP:]HOST:]CONTAINER[/PROTOCOL]`, each port a number or a range; an IPv6 address in brackets. */
export function parsePort(text: string): PortsRead {
  const [address = '', protocol = 'tcp', ...more] = text.split('/')
  if (!protocols.includes(protocol.toLowerCase()) || more.length > 0)
    return { error: `"${text}" names a protocol that is not tcp, udp or sctp.` }
  const parts = address.split(':')
  const inside = parts.pop() ?? ''
  const outside = parts.pop() ?? ''
  const given = parts.join(':')
  const hostIp = given.replace(/^\[(.*)\]$/, '$1')
  if (isIP(given) === 6) return { error: `"${text}" has an IPv6 address, which stands in brackets: [${given}].` }
  if (hostIp !== '' && isIP(hostIp) === 0) return { error: `"${hostIp}" in "${text}" is not an IP address.` }
  const target = readRange(inside, 1)
  if (!target) return { error: `"${text}" needs a container port from 1 to 65535, or a range such as 8000-8010.` }
  const published = outside === '' ? null : readRange(outside, 0)
  if (outside !== '' && !published) return { error: `The host port in "${text}" must be from 0 to 65535.` }
  const count = target[1] - target[0] + 1
  const room = published === null ? count : published[1] - published[0] + 1
  if (room !== count && count > 1)
    return { error: `The ranges in "${text}" differ in length. Give both sides the same number of ports.` }
  const ports = Array.from({ length: count }, (_, index): ShortPort => {
    const first = published === null ? '' : String(published[0] + index)
    // One container port with many of the host: any free one of these.
    const host = published !== null && room > count ? `${first}-${published[1]}` : first
    return { hostIp, published: host, target: target[0] + index, protocol: protocol.toLowerCase() }
  })
  const name = (port: ShortPort): string => `${port.target}/${port.protocol}`
  return { ports: ports.toSorted((a, b) => (name(a) < name(b) ? -1 : 1)) }
}
