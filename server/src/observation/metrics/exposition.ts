import type { Place, Sample, Service, Target, TargetUsage } from '@wheelhouse/contract'
import type { Registry } from '../../inventory/targets/index.ts'

/** The text format of Prometheus. */
export const expositionType = 'text/plain; version=0.0.4; charset=utf-8'

export interface Exposed {
  readonly name: string
  readonly kind: 'gauge' | 'counter'
  readonly help: string
  readonly samples: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[]
}
export type ProcessReadings = () => readonly Exposed[]

type Field<T> = readonly [name: string, help: string, value: (of: T) => number | null | undefined]

const up = new Set<Service['state']>(['running', 'degraded', 'starting', 'paused'])
const reading =
  (field: Exclude<keyof Sample, 'at'>) =>
  ({ usage }: Service): number | null =>
    usage?.[field] ?? null
const usage =
  (field: Exclude<keyof TargetUsage, 'at'>) =>
  (target: Target): number | null =>
    target.usage?.[field] ?? null

const ofService: readonly Field<Service>[] = [
  ['service_up', 'Whether a service runs', ({ state }) => (state === 'unknown' ? null : up.has(state) ? 1 : 0)],
  ['service_cpu_percent', 'CPU of a service; 100 is one core', reading('cpuPercent')],
  ['service_memory_bytes', 'Memory of a service without page cache', reading('memoryBytes')],
  ['service_memory_limit_bytes', 'Memory a service may take', reading('memoryLimitBytes')],
  ['service_network_in_bytes_per_second', 'Bytes that come in over the network', reading('networkInBytesPerS')],
  ['service_network_out_bytes_per_second', 'Bytes that go out over the network', reading('networkOutBytesPerS')],
  ['service_block_read_bytes_per_second', 'Bytes read from disks', reading('blockReadBytesPerS')],
  ['service_block_write_bytes_per_second', 'Bytes written to disks', reading('blockWriteBytesPerS')],
  ['service_pids', 'Processes and threads of a service', reading('pids')],
]
const ofTarget: readonly Field<Target>[] = [
  ['target_cpu_percent', 'CPU of a target, of all cores, 0 to 100', usage('cpuPercent')],
  ['target_memory_bytes', 'Memory in use on a target', usage('memoryBytes')],
  ['target_memory_total_bytes', 'Memory of a target', usage('memoryTotalBytes')],
  ['target_disk_bytes', 'Disk in use on a target', usage('diskBytes')],
  ['target_disk_total_bytes', 'Disk of a target', usage('diskTotalBytes')],
]

const escapes: Record<string, string> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' }
const labelled = (labels: Readonly<Record<string, string>>): string => {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${value.replace(/[\\"\n]/g, (letter) => escapes[letter]!)}"`,
  )
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}
const numeral = (value: number): string =>
  Number.isNaN(value) ? 'NaN' : value === Infinity ? '+Inf' : value === -Infinity ? '-Inf' : String(value)

/** Metrics in the text format; those without a sample are left out. */
export function exposedText(metrics: readonly Exposed[]): string {
  const blocks = metrics
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, kind, help, samples }) => {
      const lines = samples.map(({ labels, value }) => `${name}${labelled(labels)} ${numeral(value)}\n`)
      return `# HELP ${name} ${help.replace(/[\\\n]/g, (letter) => escapes[letter]!)}\n# TYPE ${name} ${kind}\n${lines.join('')}`
    })
  return blocks.join('')
}

const placed = ({ id, name }: Target): Record<string, string> => ({ target: name, target_id: id })
const named = ({ name, stack, stackService, targetName, targetId }: Service): Record<string, string> => ({
  service: name,
  ...(stack === null ? {} : { stack }),
  ...(stackService === null ? {} : { stack_service: stackService }),
  target: targetName,
  target_id: targetId,
})

function exposed<T>(
  [name, help, value]: Field<T>,
  kind: Exposed['kind'],
  all: readonly T[],
  labels: (of: T) => Record<string, string>,
): Exposed {
  const samples = all.flatMap((one) => {
    const now = value(one)
    return now === null || now === undefined ? [] : [{ labels: labels(one), value: now }]
  })
  return { name: `wheelhouse_${name}`, kind, help, samples }
}

/** The newest readings of what `visible` lets through. What a target that is not heard said last is not said again. */
export function readingsOf(registry: Registry, visible: (place: Place) => boolean): Exposed[] {
  const targets = registry.targets().filter(({ id }) => visible({ targetId: id }))
  const heard = new Set(registry.targets().flatMap(({ id, state }) => (state === 'connected' ? [id] : [])))
  const services = [...registry.services()].filter(
    ({ id, targetId }) => heard.has(targetId) && visible({ targetId, serviceId: id }),
  )
  return [
    exposed(
      ['target_up', 'Whether a target is heard', ({ state }: Target) => (state === 'connected' ? 1 : 0)],
      'gauge',
      targets,
      placed,
    ),
    ...ofTarget.map((field) =>
      exposed(
        field,
        'gauge',
        targets.filter(({ id }) => heard.has(id)),
        placed,
      ),
    ),
    ...ofService.map((field) => exposed(field, 'gauge', services, named)),
    exposed(
      [
        'service_restarts_total',
        'How often its target has started a service again',
        ({ restarts }: Service) => restarts,
      ],
      'counter',
      services,
      named,
    ),
  ]
}
