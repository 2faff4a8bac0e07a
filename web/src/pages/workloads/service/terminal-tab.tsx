import type { Service } from '@wheelhouse/contract'
import { useAllowedActs } from '../../../acts/act-menu.tsx'
import { Empty } from '../../../ui/page/told.tsx'
import { Shell } from '../terminals/shell.tsx'

/** A shell inside the service. It waits for a while when the tab is left, and is joined again. */
export function TerminalTab({ service }: { service: Service }) {
  const allowed = useAllowedActs(service)
  if (!allowed.has('exec'))
    return (
      <Empty
        title={
          service.state === 'running' ? 'You may not open a terminal here.' : `${service.name} is ${service.state}.`
        }
      >
        {service.state === 'running'
          ? 'Its target cannot run commands inside it, or an administrator has to allow you to.'
          : 'A terminal needs it to run. Start it first.'}
      </Empty>
    )
  return <Shell at={service} />
}
