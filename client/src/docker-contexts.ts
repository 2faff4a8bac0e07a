/** One entry of the store that `docker context` keeps. */
export interface DockerContext {
  readonly name: string
  readonly description: string
  /** unix://…, tcp://…, ssh://…, npipe://… */
  readonly host: string
  readonly skipsVerification: boolean
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string } | null
}

interface Meta {
  readonly Name?: string
  readonly Metadata?: { readonly Description?: string }
  readonly Endpoints?: { readonly docker?: { readonly Host?: string; readonly SkipTLSVerify?: boolean } }
}

const metaFile = /^(?:(.*)\/)?meta\.json$/

/** Files of contexts are of no other name: what else lies in a folder that was chosen need not be read. */
export const isContextFile = (path: string): boolean => /(^|\/)(meta\.json|(ca|cert|key)\.pem)$/.test(path)

/**
 * Contexts out of files by their paths: the store of Docker's command line (`meta/<digest>/meta.json` and
 * `tls/<digest>/docker/{ca,cert,key}.pem`, below any folder), or what `docker context export` writes (`meta.json` and
 * `tls/docker/…`). What cannot be read as such is left out.
 */
export function contextsOf(files: ReadonlyMap<string, string>): DockerContext[] {
  const found = [...files].flatMap(([path, text]): DockerContext[] => {
    const folder = metaFile.exec(path)
    const context = folder && contextOf(text, tlsOf(files, folder[1] ?? ''))
    return context ? [context] : []
  })
  return found.toSorted((a, b) => a.name.localeCompare(b.name))
}

function contextOf(text: string, tls: DockerContext['tls']): DockerContext | null {
  let meta: Meta | null
  try {
    meta = JSON.parse(text) as Meta | null
  } catch {
    return null
  }
  const endpoint = meta?.Endpoints?.docker
  if (typeof meta?.Name !== 'string' || typeof endpoint?.Host !== 'string') return null
  return {
    name: meta.Name,
    description: meta.Metadata?.Description ?? '',
    host: endpoint.Host,
    skipsVerification: endpoint.SkipTLSVerify ?? false,
    tls,
  }
}

/** `…/meta/<digest>` has its certificates in `…/tls/<digest>/docker`; an export has them beside its meta.json. */
function tlsOf(files: ReadonlyMap<string, string>, folder: string): DockerContext['tls'] {
  const stored = /^(.*\/)?meta\/([^/]+)$/.exec(folder)
  const base = folder === '' ? '' : `${folder}/`
  const place = stored ? `${stored[1] ?? ''}tls/${stored[2]}/docker` : `${base}tls/docker`
  const pem = (name: string): string | undefined => files.get(`${place}/${name}.pem`)
  const [ca, cert, key] = [pem('ca'), pem('cert'), pem('key')]
  if (ca === undefined && cert === undefined && key === undefined) return null
  return { ...(ca ? { ca } : {}), ...(cert ? { cert } : {}), ...(key ? { key } : {}) }
}

export interface ContextPlace {
  /** Wheelhouse runs on the machine the contexts are of. */
  readonly here: boolean
  readonly names: ReadonlySet<string>
  readonly addresses: ReadonlySet<string>
}

/** Why a context is not taken over as a target; null where it can be. */
export function whyNotTaken(context: DockerContext, { here, names, addresses }: ContextPlace): string | null {
  if (names.has(context.name)) return 'there is a target of this name'
  if (addresses.has(context.host)) return 'its address is registered'
  if (context.skipsVerification) return 'it trusts any certificate: register it by hand, with its CA'
  if (context.host.startsWith('unix:')) return here ? null : 'its socket is on this machine, Wheelhouse on another'
  return /^(tcp|ssh):/.test(context.host) ? null : 'its way is not spoken here'
}
