import type { Service } from '@wheelhouse/contract'
import { EventList } from '../../observation/timeline/event-list.tsx'

/** What happened to this service. */
export function EventsTab({ service }: { service: Service }) {
  return (
    <div className="page">
      <div className="panel">
        <EventList
          typed
          filter={{ service: service.id }}
          keep={(event) => event.serviceId === service.id}
          empty="Nothing has happened to it since Wheelhouse watches."
        />
      </div>
    </div>
  )
}
