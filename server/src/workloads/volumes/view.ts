import { Failure, type Volume } from '@wheelhouse/contract'
import type { ObservedVolume } from '@wheelhouse/driver'
import { isSecretKey } from '@wheelhouse/platform/log'
import { type Caller, callerMay } from '../../dispatch/index.ts'
import { type Mirror, type Registry, serviceIdOf, stackOf } from '../../inventory/targets/index.ts'
import type { VolumeSizes } from './sizes.ts'

const masked = '[secret]'
const passwordInUrl = /\b([a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/@]*:)[^\s@/]+@/gi

/** Mount options are one text, `addr=nas,username=web,password=…`: values whose names speak of secrets are masked there too. */
export function maskOptions(options: Readonly<Record<string, string>>): Record<string, string> {
  const clean = (text: string): string =>
    text
      .split(',')
      .map((part) => {
        const equals = part.indexOf('=')
        return equals > 0 && isSecretKey(part.slice(0, equals)) ? `${part.slice(0, equals + 1)}${masked}` : part
      })
      .join(',')
      .replace(passwordInUrl, `$1${masked}@`)
  return Object.fromEntries(
    Object.entries(options).map(([key, value]) => [key, value !== '' && isSecretKey(key) ? masked : clean(value)]),
  )
}

function viewOf(mirror: Mirror, volume: ObservedVolume, sizes: VolumeSizes, caller: Caller): Volume {
  const { id: targetId, name: targetName } = mirror.record
  const { users, ...rest } = volume
  return {
    ...rest,
    id: `${targetId}:${volume.name}`,
    targetId,
    targetName,
    options: maskOptions(volume.options),
    labels: { ...volume.labels },
    stack: stackOf(volume.labels),
    sizeBytes: sizes.of(targetId, volume.name),
    usedBy: users.flatMap(({ nativeId, path }) => {
      const serviceId = serviceIdOf(targetId, nativeId)
      const service = mirror.services.get(serviceId)
      if (!callerMay(caller, 'services.read', { targetId, serviceId })) return []
      const running = service !== undefined && service.state !== 'stopped' && service.state !== 'failed'
      return [{ serviceId, name: service?.name ?? nativeId.slice(0, 12), running, path }]
    }),
    ...mirror.seen(),
  }
}

/** Of one target. */
export function volumesOn(registry: Registry, targetId: string, sizes: VolumeSizes, caller: Caller): Volume[] {
  const mirror = registry.mirror(targetId)
  return mirror.volumes.map((volume) => viewOf(mirror, volume, sizes, caller))
}

export function findVolume(
  registry: Registry,
  targetId: string,
  name: string,
  sizes: VolumeSizes,
  caller: Caller,
): Volume | null {
  const mirror = registry.mirror(targetId)
  const found = mirror.volumes.find((volume) => volume.name === name)
  return found ? viewOf(mirror, found, sizes, caller) : null
}

export const noVolume = (name: string, target: string): Failure =>
  new Failure('NOT_FOUND', `There is no volume "${name}" on ${target}.`, { kind: 'volume', id: name })

export interface VolumeQuery {
  readonly q?: string | undefined
  readonly target?: string | undefined
  readonly use?: 'used' | 'unused' | undefined
  readonly stack?: string | undefined
  readonly sort?: 'name' | 'size' | 'created' | 'target' | undefined
}

const byName = (a: Volume, b: Volume): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : a.targetName < b.targetName ? -1 : 1
const orders: Record<NonNullable<VolumeQuery['sort']>, (a: Volume, b: Volume) => number> = {
  name: byName,
  size: (a, b) => (b.sizeBytes ?? -1) - (a.sizeBytes ?? -1) || byName(a, b),
  created: (a, b) => (b.createdAt ?? '').localeCompare(a.createdAt ?? '') || byName(a, b),
  target: (a, b) => a.targetName.localeCompare(b.targetName) || byName(a, b),
}

/** All volumes that the caller may see, filtered and sorted. Reads memory alone. */
export function listVolumes(registry: Registry, query: VolumeQuery, sizes: VolumeSizes, caller: Caller): Volume[] {
  const targets = query.target?.split(',').map((word) => word.trim())
  const text = query.q?.toLowerCase()
  const found: Volume[] = []
  for (const { id, name } of registry.records()) {
    if (targets && !targets.includes(id) && !targets.includes(name)) continue
    if (!callerMay(caller, 'volumes.read', { targetId: id })) continue
    const mirror = registry.mirror(id)
    for (const volume of mirror.volumes) {
      if (query.use !== undefined && (query.use === 'used') !== volume.users.length > 0) continue
      if (query.stack !== undefined && stackOf(volume.labels) !== query.stack) continue
      if (text !== undefined && !`${volume.name} ${stackOf(volume.labels) ?? ''}`.toLowerCase().includes(text)) continue
      found.push(viewOf(mirror, volume, sizes, caller))
    }
  }
  return found.sort(orders[query.sort ?? 'name'])
}
