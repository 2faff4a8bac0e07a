/** One running copy of a service that takes requests. */
export interface Upstream {
  /** Of the instance, unique in its route: a service id. */
  readonly id: string
  readonly host: string
  readonly port: number
  /** Share of new requests beside the others; 0 takes none. */
  readonly weight: number
}

/** Where requests come in and who answers them. */
export interface Route {
  /** `<stack>/<environment>/<service>`. */
  readonly id: string
  /** `http` is routed by request, so that a switch cuts none; `tcp` by connection. */
  readonly protocol: 'http' | 'tcp'
  readonly listen: { readonly host: string; readonly port: number }
  /** Host names it answers to; all when empty. */
  readonly hostnames: readonly string[]
  readonly upstreams: readonly Upstream[]
}

/** Since the upstream was added. */
export interface UpstreamStats {
  readonly id: string
  readonly active: number
  readonly requests: number
  /** Answers of 500 and above, and upstreams that did not answer. */
  readonly errors: number
  readonly p50Ms: number | null
  readonly p99Ms: number | null
}

/** A listening address that a proxy has by its own configuration. */
export interface EntryPoint {
  readonly name: string
  /** As the proxy spells it; null where it could not be asked. */
  readonly address: string | null
}

/**
 * A reverse proxy that is driven from here. Every method throws contract `Failure`: TARGET_UNREACHABLE when the proxy does not
 * answer, CONFLICT when its port is taken (the message says by whom, where that can be told), CAPABILITY_MISSING.
 */
export interface Proxy {
  readonly kind: 'switch' | 'caddy' | 'traefik'
  /** What it can do beyond taking requests to one upstream. */
  readonly features: ReadonlySet<'weights' | 'drain' | 'stats' | 'tcp'>
  /** Null while there is none of that id. */
  get(id: string): Promise<Route | null>
  list(): Promise<readonly Route[]>
  /**
   * Puts the route in place of the one of that id, at once for every new request; kept through a restart of proxy and control
   * plane. Resolves when it holds. `gapMs` is the longest time in which no request could be taken, as the proxy measured it.
   */
  set(route: Route): Promise<{ readonly gapMs: number }>
  /** Resolves when no request to that upstream is under way, or the time is over; answers how many still are. */
  drain(id: string, upstreamId: string, timeoutMs: number, signal: AbortSignal): Promise<number>
  stats(id: string): Promise<readonly UpstreamStats[]>
  /** Stops listening. Harmless when there is none. */
  remove(id: string): Promise<void>
  /**
   * For a proxy whose listening addresses are part of its own configuration: what listens at this one. Throws NOT_FOUND where nothing
   * does. Absent where `set` opens the address itself, which then has to be free.
   */
  entryPoint?(listen: Route['listen']): Promise<EntryPoint>
  /** For a proxy that fetches its configuration from here: what it is answered now, as JSON. Throws where that is not known. */
  document?(): Promise<object>
}
