import type { SwarmServiceDraft } from '@wheelhouse/contract'
import { readMount } from '../../containers/form/lines.ts'

type Of<K extends keyof SwarmServiceDraft> = NonNullable<SwarmServiceDraft[K]>
type Port = Of<'ports'>[number]
type Network = Of<'networks'>[number]
type Mount = Of<'mounts'>[number]
type File = Of<'secrets'>[number]

const number = (text: string): number | null => (/^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : null)

/** `8080:80`, `80` for any free port, `53:53/udp`, `8080:80 host` for a port of the node's own instead of the mesh. */
export function readPort(line: string): Port | null {
  const match = /^(?:(\d+):)?(\d+)(?:\/(tcp|udp|sctp))?(?:\s+(host|ingress))?$/.exec(line)
  if (!match) return null
  const [, before, own = '', protocol, mode] = match
  const port = number(own)
  const published = before === undefined ? undefined : number(before)
  if (!port || published === null) return null
  return {
    port,
    ...(published === undefined ? {} : { published }),
    ...(protocol === undefined ? {} : { protocol: protocol as 'tcp' }),
    ...(mode === 'host' ? { mode } : {}),
  }
}

export const portText = ({ port, published, protocol, mode }: Port): string =>
  `${published === undefined ? '' : `${published}:`}${port}${protocol === undefined || protocol === 'tcp' ? '' : `/${protocol}`}${mode === 'host' ? ' host' : ''}`

/** `back`, `back alias=db alias=store`. */
export function readNetwork(line: string): Network | null {
  const [name = '', ...rest] = line.split(/\s+/)
  const aliases = rest.map((word) => /^alias=(.+)$/.exec(word)?.[1])
  if (name.includes('=') || aliases.some((alias) => alias === undefined)) return null
  return { name, ...(aliases.length > 0 ? { aliases: aliases as string[] } : {}) }
}

export const networkText = ({ name, aliases = [] }: Network): string =>
  [name, ...aliases.map((alias) => `alias=${alias}`)].join(' ')

/** As of a container; what is in memory has no size here. */
export function readSwarmMount(line: string): Mount | null {
  const mount = readMount(line)
  if (mount === null || mount.sizeBytes !== undefined) return null
  const { type, source, destination, readOnly } = mount
  return {
    type,
    ...(source === undefined ? {} : { source }),
    destination,
    ...(readOnly === undefined ? {} : { readOnly }),
  }
}

export const mountText = ({ type, source, destination, readOnly }: Mount): string =>
  `${type === 'tmpfs' ? 'tmpfs' : (source ?? '*')}:${destination}${readOnly ? ':ro' : ''}`

/** `orders-db`, `orders-db:db-password`, `tls:/etc/tls.pem uid=101 gid=101 mode=0400`. */
export function readFile(line: string): File | null {
  const [first = '', ...rest] = line.split(/\s+/)
  const colon = first.indexOf(':')
  const name = colon < 0 ? first : first.slice(0, colon)
  const file = colon < 0 ? undefined : first.slice(colon + 1)
  if (name === '' || file === '' || name.includes('=')) return null
  const own: { uid?: string; gid?: string; mode?: number } = {}
  for (const word of rest) {
    const [key, value = ''] = word.split('=')
    if (key === 'mode' && /^0?[0-7]{3}$/.test(value)) own.mode = Number.parseInt(value, 8)
    else if ((key === 'uid' || key === 'gid') && /^\d{1,10}$/.test(value)) own[key] = value
    else return null
  }
  return { name, ...(file === undefined ? {} : { file }), ...own }
}

export const fileText = ({ name, file, uid, gid, mode }: File): string =>
  [
    file === undefined ? name : `${name}:${file}`,
    ...(uid === undefined ? [] : [`uid=${uid}`]),
    ...(gid === undefined ? [] : [`gid=${gid}`]),
    ...(mode === undefined ? [] : [`mode=0${mode.toString(8).padStart(3, '0')}`]),
  ].join(' ')
