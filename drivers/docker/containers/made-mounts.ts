import type { Mount } from '@wheelhouse/driver'
import type { MadeContainer, MountPoint } from './inspected.ts'

/** Mounts as they are now, so that a container made anew finds the same data: also a volume that the engine named is kept by its name. */
export function mountsOf(made: MadeContainer): Mount[] {
  const long = new Map((made.HostConfig.Mounts ?? []).map((mount) => [String(mount.Target), mount]))
  // The engine tells them in another order each time.
  const points = (made.Mounts ?? []).toSorted((a, b) => (a.Destination < b.Destination ? -1 : 1))
  return points.flatMap((point): Mount[] => {
    const type = typeOf(point)
    if (type === null || point.Destination in (made.HostConfig.Tmpfs ?? {})) return []
    const { Type: _, Source: __, Target: ___, ReadOnly: ____, ...options } = long.get(point.Destination) ?? {}
    return [mountOf(point, type, options)]
  })
}

const typeOf = ({ Type }: MountPoint): Mount['type'] | null =>
  Type === 'bind' || Type === 'volume' || Type === 'tmpfs' ? Type : null

const mountOf = (point: MountPoint, type: Mount['type'], options: Record<string, unknown>): Mount => ({
  type,
  source: type === 'tmpfs' ? null : type === 'volume' ? (point.Name ?? null) : point.Source,
  destination: point.Destination,
  readOnly: !point.RW,
  options,
})
