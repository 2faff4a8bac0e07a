import type { Plan, Volume } from '@wheelhouse/contract'
import type { ObservedVolume } from '@wheelhouse/driver'
import { planDigest } from '../../dispatch/index.ts'
import { stackOf } from '../../inventory/targets/index.ts'

const units = ['B', 'kB', 'MB', 'GB', 'TB']

/** Steps of 1024, as everywhere in the house. */
export function sizeText(bytes: number): string {
  let [value, unit] = [bytes, 0]
  while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1]
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`
}

export function removalPlan(volume: Volume): Plan {
  const size = volume.sizeBytes === null ? 'all that is in it' : `${sizeText(volume.sizeBytes)} of files`
  return {
    summary: `Remove the volume ${volume.name} from ${volume.targetName}, with ${size}.`,
    steps: [{ verb: 'remove', kind: 'volume', name: volume.name, reasons: [`with ${size}`] }],
    counts: { remove: 1 },
    warnings: [
      ...volume.usedBy.map(({ name }) => `${name} has it, so the engine will refuse. Remove ${name} first.`),
      ...(volume.stack === null ? [] : [`It belongs to the stack ${volume.stack}, which starts empty without it.`]),
    ],
    kept: [],
    digest: planDigest([volume.id, ...volume.usedBy.map(({ serviceId }) => serviceId)]),
  }
}

export interface Pruned {
  readonly go: readonly ObservedVolume[]
  readonly stay: readonly ObservedVolume[]
}

/** Anonymous volumes that no container has, running or not; with `all`, named ones too. */
export function chooseUnused(volumes: readonly ObservedVolume[], all: boolean): Pruned {
  const unused = volumes.filter((volume) => volume.users.length === 0)
  const { go = [], stay = [] } = Object.groupBy(unused, (volume) => (all || volume.anonymous ? 'go' : 'stay'))
  return { go, stay }
}

export function prunePlan({ go, stay }: Pruned, target: string, size: (name: string) => number | null): Plan {
  const known = go.map(({ name }) => size(name))
  const sum = known.reduce<number>((total, bytes) => total + (bytes ?? 0), 0)
  const unknown = known.filter((bytes) => bytes === null).length
  const frees = unknown === go.length ? '' : `, which frees ${unknown > 0 ? 'at least ' : ''}${sizeText(sum)}`
  const stacks = new Set(go.flatMap(({ labels }) => stackOf(labels) ?? []))
  return {
    summary:
      go.length === 0
        ? `Nothing to remove on ${target}.`
        : `Remove ${go.length} unused ${go.length === 1 ? 'volume' : 'volumes'} of ${target}${frees}.`,
    steps: go.map(({ name }) => {
      const bytes = size(name)
      return { verb: 'remove', kind: 'volume', name, reasons: [bytes === null ? 'size not known' : sizeText(bytes)] }
    }),
    counts: { remove: go.length },
    warnings: [...stacks].sort().map((stack) => `The stack ${stack} starts empty without its volumes.`),
    kept: stay.map(({ name }) => name),
    digest: planDigest(go.map(({ name }) => name).sort()),
  }
}

export function fileRemovalPlan(volume: string, path: string): Plan {
  return {
    summary: `Remove ${path} from the volume ${volume}.`,
    steps: [{ verb: 'remove', kind: 'file', name: path, reasons: ['a folder goes with all that is in it'] }],
    counts: { remove: 1 },
    warnings: [],
    kept: [],
    digest: planDigest([volume, path]),
  }
}
