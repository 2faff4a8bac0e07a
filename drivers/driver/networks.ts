export interface ObservedNetwork {
  readonly networkId: string
  readonly name: string
  readonly driver: string
  readonly scope: 'local' | 'swarm' | 'global'
  readonly internal: boolean
  readonly attachable: boolean
  readonly ingress: boolean
  readonly ipv6: boolean
  readonly subnets: readonly {
    readonly subnet: string
    readonly gateway: string | null
    readonly range: string | null
  }[]
  readonly options: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  readonly createdAt: string | null
}
/** One end of a network, by the native id of the service that holds it. */
export interface ObservedEndpoint {
  readonly nativeId: string
  readonly networkId: string
  readonly ipv4: string | null
  readonly ipv6: string | null
  readonly mac: string | null
  readonly aliases: readonly string[]
}
export interface NewNetwork {
  readonly name: string
  readonly driver: string
  readonly internal: boolean
  readonly attachable: boolean
  readonly ipv6: boolean
  readonly subnets: readonly {
    readonly subnet: string
    readonly gateway: string | null
    readonly range: string | null
  }[]
  readonly options: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
}

/** Networks of one target (capability `networks`). Fails as `Connection` does. */
export interface Networks {
  list(signal?: AbortSignal): Promise<readonly ObservedNetwork[]>
  /** Who is attached, of containers that run. */
  endpoints(signal?: AbortSignal): Promise<readonly ObservedEndpoint[]>
  /** Answers its id. */
  create(network: NewNetwork): Promise<string>
  /** STATE_CONFLICT while something is attached. */
  remove(network: string): Promise<void>
  connect(
    network: string,
    nativeId: string,
    options: { readonly aliases: readonly string[]; readonly ipv4: string | null },
  ): Promise<void>
  disconnect(network: string, nativeId: string, options: { readonly force: boolean }): Promise<void>
}
