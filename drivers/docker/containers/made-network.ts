import type { ContainerSpec, NetworkAttachment, PortBinding } from '@wheelhouse/driver'
import type { MadeContainer, MadeImage } from './inspected.ts'

type Protocol = PortBinding['protocol']

/** `8080/tcp` as port and protocol. */
function portOf(text: string): { port: number; protocol: Protocol } {
  const [port = '0', protocol = 'tcp'] = text.split('/')
  return { port: Number(port), protocol: protocol as Protocol }
}

/** Ports that were asked to be published; one that any free port was asked for is asked for that way again. */
export function portsOf({ HostConfig }: MadeContainer): PortBinding[] {
  return Object.entries(HostConfig.PortBindings ?? {}).flatMap(([name, bindings]) =>
    (bindings ?? []).map(({ HostIp, HostPort }) => ({
      ...portOf(name),
      host: HostIp || null,
      hostPort: HostPort ? Number(HostPort) : null,
    })),
  )
}

export function exposedOf({ Config, HostConfig }: MadeContainer, image: MadeImage | null): ContainerSpec['exposed'] {
  return Object.keys(Config.ExposedPorts ?? {})
    .filter((name) => !(name in (HostConfig.PortBindings ?? {})) && !(name in (image?.Config?.ExposedPorts ?? {})))
    .map(portOf)
}

/** Networks it is on, the one it was made on first. Aliases the engine adds by itself are left out. */
export function networksOf({ Id, Name, HostConfig, NetworkSettings }: MadeContainer): NetworkAttachment[] {
  const mode = HostConfig.NetworkMode ?? 'default'
  if (/^(host|none|container:.*)$/.test(mode)) return []
  const first = mode === 'default' ? 'bridge' : mode
  return Object.entries(NetworkSettings.Networks ?? {})
    .toSorted(([a], [b]) => Number(b === first) - Number(a === first))
    .map(([name, endpoint]) => ({
      name,
      aliases: (endpoint.Aliases ?? []).filter((alias) => !Id.startsWith(alias) && alias !== Name.replace(/^\//, '')),
      ipv4: endpoint.IPAMConfig?.IPv4Address || null,
      ipv6: endpoint.IPAMConfig?.IPv6Address || null,
    }))
}
