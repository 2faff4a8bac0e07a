import type { Service } from '@wheelhouse/contract'
import { Axis } from '../../observation/axis/axis.tsx'

/** Readings, lines and what happened to this service, on one axis. */
export function TimelineTab({ service }: { service: Service }) {
  return <Axis subject={{ service: service.id }} name={service.name} />
}
