import type { ObservedEndpoint } from '@wheelhouse/driver'

/** One network of a container, as an inspect tells it. */
export interface EndpointSettings {
  readonly NetworkID: string
  readonly EndpointID: string
  readonly IPAddress: string
  readonly GlobalIPv6Address: string
  readonly MacAddress: string
  readonly Aliases: readonly string[] | null
}

/** Of a container that does not run the engine tells networks without an end in them: those are none. */
export function endpointsOf(
  nativeId: string,
  networks: Readonly<Record<string, EndpointSettings>> | null | undefined,
): ObservedEndpoint[] {
  return Object.values(networks ?? {}).flatMap((endpoint) => {
    if (endpoint.EndpointID === '' || endpoint.NetworkID === '') return []
    return [
      {
        nativeId,
        networkId: endpoint.NetworkID,
        ipv4: endpoint.IPAddress || null,
        ipv6: endpoint.GlobalIPv6Address || null,
        mac: endpoint.MacAddress || null,
        // Its own short id is an alias that the engine adds by itself.
        aliases: (endpoint.Aliases ?? []).filter((alias) => alias !== nativeId.slice(0, 12)),
      },
    ]
  })
}
