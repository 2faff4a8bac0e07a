import type { Service } from '@wheelhouse/contract'

/** Published ports first, each once: "8080:80, 9000". */
export function portText(ports: Service['ports']): string {
  const texts = ports.map((port) => {
    const suffix = port.protocol === 'tcp' ? '' : `/${port.protocol}`
    return port.hostPort === null
      ? `${port.port}${suffix}`
      : port.hostPort === port.port
        ? `${port.hostPort}${suffix}`
        : `${port.hostPort}:${port.port}${suffix}`
  })
  return [...new Set(texts)].join(', ')
}

/** Where a published port is reached from this browser; null when it is not. */
export function portLink(port: Service['ports'][number], hostname: string): string | null {
  if (port.hostPort === null || port.protocol !== 'tcp') return null
  const host = port.host === null || /^(0\.0\.0\.0|::|\[::\]|127\.0\.0\.1|)$/.test(port.host) ? hostname : port.host
  return `http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port.hostPort}`
}

/** One of each: an engine lists a port once for IPv4 and once for IPv6. */
export const distinct = (ports: Service['ports']): Service['ports'] =>
  ports.filter(
    (port, i) =>
      ports.findIndex(
        (each) => each.port === port.port && each.hostPort === port.hostPort && each.protocol === port.protocol,
      ) === i,
  )
