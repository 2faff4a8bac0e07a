import type { health, InputOf, OutputOf, Service, Standing } from '@wheelhouse/contract'
import { type Caller, callerMay, paged } from '../../dispatch/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'
import type { HistoryReader } from './history/reader.ts'
import type { Recorder } from './history/recorder.ts'

const order: readonly Standing[] = ['down', 'up', 'unknown']

/** Uptime of the services that the caller may see; those that are down first. */
export async function uptimeOf(
  reader: HistoryReader,
  recorder: Recorder,
  registry: Registry,
  { q, target, stack, health: wanted, limit, cursor }: InputOf<typeof health.uptime>,
  caller: Caller,
): Promise<OutputOf<typeof health.uptime>> {
  const words = q?.toLowerCase()
  const standingOf = ({ id }: Service): Standing => recorder.of(id)?.condition?.standing ?? 'unknown'
  const meant = [...registry.services()].filter(
    (service) =>
      service.taskOf === undefined &&
      (words === undefined || service.name.toLowerCase().includes(words)) &&
      (target === undefined || service.targetId === target || service.targetName === target) &&
      (stack === undefined || service.stack === stack) &&
      callerMay(caller, 'health.read', { targetId: service.targetId, serviceId: service.id }),
  )
  const counts = { up: 0, down: 0, unknown: 0 }
  for (const service of meant) counts[standingOf(service)]++
  const states = wanted === undefined ? null : new Set(wanted.split(',').map((word) => word.trim()))
  const shown = meant
    .filter((service) => states === null || states.has(standingOf(service)))
    .toSorted(
      (a, b) =>
        order.indexOf(standingOf(a)) - order.indexOf(standingOf(b)) ||
        a.name.localeCompare(b.name) ||
        a.id.localeCompare(b.id),
    )
  const page = paged(shown, { limit, cursor })
  return { ...page, items: await reader.rows(page.items), firstDay: reader.firstDay(), counts }
}
