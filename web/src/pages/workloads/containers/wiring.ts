export interface Mount {
  readonly type: string
  /** Of a volume its name, of a folder of the host its path. */
  readonly source: string
  readonly destination: string
  readonly readOnly: boolean
}

/** What a container is bound to, as its engine tells it. */
export interface Wiring {
  readonly networks: readonly { readonly name: string; readonly address: string | null }[]
  readonly mounts: readonly Mount[]
  /** "unless-stopped", "on-failure, 2 times at most"; null where the engine tells none. */
  readonly restart: string | null
  /** Null is no bound. */
  readonly memoryBytes: number | null
  readonly cpus: number | null
}

type Unknown = Readonly<Record<string, unknown>>
const of = (value: unknown): Unknown => (typeof value === 'object' && value !== null ? (value as Unknown) : {})
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const above0 = (value: unknown): number | null => (typeof value === 'number' && value > 0 ? value : null)

function restartOf(policy: Unknown): string | null {
  const name = text(policy.Name)
  const most = above0(policy.MaximumRetryCount)
  return name === '' ? null : most === null ? name : `${name}, ${most} times at most`
}

/** Reads the answer of an engine; what it does not say is not there. */
export function wiringOf(native: unknown): Wiring {
  const { HostConfig, NetworkSettings, Mounts } = of(native)
  const host = of(HostConfig)
  const nanos = above0(host.NanoCpus)
  const [quota, period] = [above0(host.CpuQuota), above0(host.CpuPeriod) ?? 100_000]
  return {
    networks: Object.entries(of(of(NetworkSettings).Networks)).map(([name, joined]) => ({
      name,
      address: text(of(joined).IPAddress) || text(of(joined).GlobalIPv6Address) || null,
    })),
    mounts: (Array.isArray(Mounts) ? Mounts : []).map(of).map((mount) => ({
      type: text(mount.Type),
      source: text(mount.Type) === 'volume' ? text(mount.Name) : text(mount.Source),
      destination: text(mount.Destination),
      readOnly: mount.RW === false,
    })),
    restart: restartOf(of(host.RestartPolicy)),
    memoryBytes: above0(host.Memory),
    cpus: nanos !== null ? nanos / 1e9 : quota !== null ? quota / period : null,
  }
}
