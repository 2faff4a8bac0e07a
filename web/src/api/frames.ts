import type { Event, Service, SystemFrame, Target } from '@wheelhouse/contract'
import type { RowStore } from './row-store.ts'

const keepEvents = 300

/** What a push does to the rows. Pure but for the stores it is given. */
export function applyFrame(
  frame: SystemFrame,
  stores: { services: RowStore<Service>; targets: RowStore<Target>; events: RowStore<Event> },
): void {
  switch (frame.kind) {
    case 'service':
      return stores.services.set(frame.service)
    case 'service-removed':
      return stores.services.remove(frame.id)
    case 'target':
      return stores.targets.set(frame.target)
    case 'target-removed':
      stores.targets.remove(frame.id)
      for (const service of stores.services.all()) if (service.targetId === frame.id) stores.services.remove(service.id)
      return
    case 'event': {
      stores.events.set(frame.event)
      const oldest = stores.events.all().length - keepEvents
      if (oldest > 0) for (const event of stores.events.all().slice(0, oldest)) stores.events.remove(event.id)
    }
  }
}
