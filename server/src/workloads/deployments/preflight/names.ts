import { Resolver } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { isIP, isIPv6, type LookupFunction } from 'node:net'
import { hostname } from 'node:os'

/** One question of one server may take this long; a name is given up after `mostMs` altogether. */
const questionMs = 1_000
const mostMs = 3_500

export interface NameSources {
  readonly hostsFile?: string
  readonly resolvFile?: string
  /** `address:port`; those of the system unless told. */
  readonly servers?: readonly string[]
}

const linesOf = async (path: string): Promise<string[][]> =>
  (await readFile(path, 'utf8').catch(() => '')).split('\n').map((line) =>
    line
      .replace(/[#;].*$/, '')
      .trim()
      .split(/\s+/),
  )

/** Names to ask for, as the system would: a short one first with each of the domains that are searched. */
async function asked(name: string, resolvFile: string): Promise<string[]> {
  const plain = name.replace(/\.$/, '')
  if (name.endsWith('.') || plain.includes('.')) return [plain]
  const lines = await linesOf(resolvFile)
  const domains = lines.findLast(([word]) => word === 'search' || word === 'domain')?.slice(1) ?? []
  return [...domains.slice(0, 6).map((domain) => `${plain}.${domain}`), plain]
}

/**
 * Addresses of a name by the hosts file, then by DNS. The lookup of the system would hold one of the few threads that files are read
 * with for as long as its servers are silent. Rejects with an error whose `code` says why.
 */
export async function resolveName(name: string, sources: NameSources = {}): Promise<string[]> {
  if (isIP(name)) return [name]
  const small = name.toLowerCase().replace(/\.$/, '')
  const windows = `${process.env.SystemRoot ?? ''}\\System32\\drivers\\etc\\hosts`
  const hosts = await linesOf(sources.hostsFile ?? (process.platform === 'win32' ? windows : '/etc/hosts'))
  const written = hosts.flatMap(([address = '', ...names]) =>
    isIP(address) && names.some((one) => one.toLowerCase() === small) ? [address] : [],
  )
  if (written.length > 0) return written
  if (small === 'localhost' || small.endsWith('.localhost') || small === hostname().toLowerCase()) return ['127.0.0.1']
  const resolver = new Resolver({ timeout: questionMs, tries: 2, maxTimeout: questionMs })
  if (sources.servers) resolver.setServers(sources.servers)
  const timer = setTimeout(() => resolver.cancel(), mostMs)
  try {
    let why: unknown = null
    for (const one of await asked(name, sources.resolvFile ?? '/etc/resolv.conf')) {
      const [four, six] = await Promise.allSettled([resolver.resolve4(one), resolver.resolve6(one)])
      const found = [four, six].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
      if (found.length > 0) return found
      if (four.status === 'rejected') why = four.reason
    }
    throw why
  } finally {
    clearTimeout(timer)
  }
}

/** The same for a connection of Node. */
export const lookupName: LookupFunction = (name, options, callback) => {
  resolveName(name).then(
    (addresses) => {
      const found = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }))
      if (options.all) callback(null, found)
      else callback(null, found[0]!.address, found[0]!.family)
    },
    (error: NodeJS.ErrnoException) => callback(error, ''),
  )
}
