import type { ContainerDraft } from '@wheelhouse/contract'
import { readSize, sizeText } from './amounts.ts'
import { joinWords, splitWords } from './words.ts'

type Of<K extends keyof ContainerDraft> = NonNullable<ContainerDraft[K]>
type Port = Of<'ports'>[number]
type Mount = Of<'mounts'>[number]
type Network = Of<'networks'>[number]
type Device = Of<'devices'>[number]

/** A text of one thing a line. What a line cannot mean is told with its number and with what would work. */
export interface Read<T> {
  readonly items: T[]
  readonly wrong: string | null
}

export function readLines<T>(text: string, read: (line: string) => T | null, example: string): Read<T> {
  const items: T[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const item = read(line.trim())
    if (item === null) return { items, wrong: `Line ${index + 1}: write ${example}.` }
    items.push(item)
  }
  return { items, wrong: null }
}

const number = (text: string | undefined): number | null =>
  text !== undefined && /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : null

/** `8080:80`, `127.0.0.1:8080:80/tcp`, `[::1]:53:53/udp`, `80` for any free port, `80 inside` for no port of the host. */
export function readPort(line: string): Port | null {
  const inside = /\s+inside$/.test(line)
  const match = /^(?:(\[[^\]]+\]|[^:[\]]+):(?=[^:]*:))?(?:(\d*):)?(\d+)(?:\/(tcp|udp|sctp))?$/.exec(
    line.replace(/\s+inside$/, ''),
  )
  if (!match) return null
  const [, address, published, own, protocol] = match
  const [port, hostPort] = [number(own), published ? number(published) : undefined]
  if (!port || hostPort === null || (inside && (address !== undefined || hostPort !== undefined))) return null
  return {
    ...(address === undefined ? {} : { host: address.replaceAll(/[[\]]/g, '') }),
    ...(hostPort ? { hostPort } : {}),
    port,
    ...(protocol === undefined ? {} : { protocol: protocol as 'tcp' }),
    ...(inside ? { publish: false } : {}),
  }
}

export function portText({ host, hostPort, port, protocol, publish }: Port): string {
  const own = `${port}${protocol === undefined || protocol === 'tcp' ? '' : `/${protocol}`}`
  if (publish === false) return `${own} inside`
  if (host === undefined) return hostPort ? `${hostPort}:${own}` : own
  return `${host.includes(':') ? `[${host}]` : host}:${hostPort || ''}:${own}`
}

/** `/srv/data:/data`, `name:/data:ro`, `tmpfs:/run`, `tmpfs:/run:64m`. */
export function readMount(line: string): Mount | null {
  const parts = line.split(':')
  const [source = '', destination = '', option] = parts
  if (parts.length > 3 || !destination.startsWith('/') || source === '') return null
  if (source === 'tmpfs') {
    const sizeBytes = option === undefined ? undefined : readSize(option)
    if (sizeBytes === null) return null
    return { type: 'tmpfs', destination, ...(sizeBytes === undefined ? {} : { sizeBytes }) }
  }
  if (option !== undefined && option !== 'ro' && option !== 'rw') return null
  const type = source.startsWith('/') ? 'bind' : 'volume'
  if (type === 'volume' && !/^[a-zA-Z0-9][\w.-]*$/.test(source) && source !== '*') return null
  return {
    type,
    ...(source === '*' ? {} : { source }),
    destination,
    ...(option === 'ro' ? { readOnly: true } : {}),
  }
}

export function mountText({ type, source, destination, readOnly, sizeBytes }: Mount): string {
  if (type === 'tmpfs') return `tmpfs:${destination}${sizeBytes ? `:${sizeText(sizeBytes)}` : ''}`
  return `${source ?? '*'}:${destination}${readOnly ? ':ro' : ''}`
}

/** `name`, `name alias=db alias=store ip=10.0.0.5 ip6=fd00::5`. */
export function readNetwork(line: string): Network | null {
  const [name = '', ...rest] = line.split(/\s+/)
  const network: { name: string; aliases: string[]; ipv4?: string; ipv6?: string } = { name, aliases: [] }
  if (name.includes('=')) return null
  for (const word of rest) {
    const [key, value] = [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]
    if (value === '') return null
    if (key === 'alias') network.aliases.push(value)
    else if (key === 'ip' && /^\d+(\.\d+){3}$/.test(value)) network.ipv4 = value
    else if (key === 'ip6' && value.includes(':')) network.ipv6 = value
    else return null
  }
  const { aliases, ...own } = network
  return { ...own, ...(aliases.length > 0 ? { aliases } : {}) }
}

export const networkText = ({ name, aliases = [], ipv4, ipv6 }: Network): string =>
  [
    name,
    ...aliases.map((alias) => `alias=${alias}`),
    ...(ipv4 ? [`ip=${ipv4}`] : []),
    ...(ipv6 ? [`ip6=${ipv6}`] : []),
  ].join(' ')

/** `/dev/ttyUSB0`, `/dev/ttyUSB0:/dev/modem:rw`. */
export function readDevice(line: string): Device | null {
  const [host = '', container, permissions, more] = line.split(':')
  if (!host.startsWith('/') || more !== undefined) return null
  if (container !== undefined && !container.startsWith('/')) return null
  if (permissions !== undefined && !/^[rwm]{1,3}$/.test(permissions)) return null
  return { host, ...(container ? { container } : {}), ...(permissions ? { permissions } : {}) }
}

export const deviceText = ({ host, container, permissions }: Device): string =>
  permissions !== undefined
    ? `${host}:${container ?? host}:${permissions}`
    : container === undefined
      ? host
      : `${host}:${container}`

/** `NAME=value`; a name alone keeps the value of the container that is changed. Values of several lines are in quotes. */
export function readEnvironment(text: string, keeps: boolean): Read<[string, string | null]> {
  const items: [string, string | null][] = []
  // A quoted value may go on for lines, so lines are put together until the quote is closed.
  let open: { readonly from: number; text: string } | null = null
  for (const [index, line] of text.split('\n').entries()) {
    if (open === null && (line.trim() === '' || line.trimStart().startsWith('#'))) continue
    const whole: string = open === null ? line : `${open.text}\n${line}`
    const from: number = open?.from ?? index
    const equals = whole.indexOf('=')
    if (equals === 0 || (equals < 0 && !keeps)) return { items, wrong: `Line ${from + 1}: write NAME=value.` }
    if (equals < 0) {
      items.push([whole.trim(), null])
      continue
    }
    const value = whole.slice(equals + 1)
    const quoted = value.startsWith('"')
    if (quoted && !/(^|[^\\])(\\\\)*"\s*$/.test(value.slice(1))) {
      open = { from, text: whole }
      continue
    }
    open = null
    items.push([whole.slice(0, equals).trim(), quoted ? unquoted(value) : value])
  }
  return open === null ? { items, wrong: null } : { items, wrong: `Line ${open.from + 1}: the quote is not closed.` }
}

const unquoted = (value: string): string =>
  value
    .trimEnd()
    .slice(1, -1)
    .replaceAll(/\\(["\\])/g, '$1')

export const environmentText = (environment: Readonly<Record<string, string | null>>): string =>
  Object.entries(environment)
    .map(([name, value]) => {
      if (value === null) return name
      const plain = !value.includes('\n') && !value.startsWith('"')
      return `${name}=${plain ? value : `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`}`
    })
    .join('\n')

/** Words of a command; null where a quote is not closed. */
export const readCommand = (text: string): string[] | null => splitWords(text)
export const commandText = joinWords
