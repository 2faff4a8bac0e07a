import { targets } from '../../../api/fleet.ts'
import { useRow } from '../../../api/row-store.ts'
import { paths } from '../../../paths.ts'
import { Go } from '../../../ui/control/link.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { PageHead } from '../../../ui/page/head.tsx'
import { Empty } from '../../../ui/page/told.tsx'
import { Axis } from './axis.tsx'

/** The axis of a stack, of a target, or of a service that may be gone. */
export function AxisPage() {
  const [service] = useParam('service')
  const [stack] = useParam('stack')
  const [target] = useParam('target')
  const row = useRow(targets, target)
  const subject = {
    ...(service ? { service } : {}),
    ...(stack ? { stack } : {}),
    ...(target ? { target } : {}),
  }
  const name = service ? service.slice(service.indexOf(':') + 1) : stack || row?.name || target
  const crumbs = [{ label: 'Timeline', href: paths.timeline() }]
  if (name === '')
    return (
      <>
        <PageHead title="Timeline" crumbs={crumbs} />
        <Empty
          title="Nothing is named."
          action={
            <Go className="btn" href={paths.timeline()}>
              Open the timeline
            </Go>
          }
        >
          An axis is of a service, a stack or a target.
        </Empty>
      </>
    )
  return (
    <>
      <PageHead
        title={name}
        tab={`${name}, timeline`}
        crumbs={crumbs}
        meta={service ? 'service' : stack ? 'stack' : 'target'}
      />
      <Axis subject={subject} name={name} />
    </>
  )
}
