import { useState } from 'react'
import { client } from '../../../../api/client.ts'
import { targets, useFleetState } from '../../../../api/fleet.ts'
import { useMay } from '../../../../api/may.ts'
import { useRows } from '../../../../api/row-store.ts'
import { paths } from '../../../../paths.ts'
import { SelectField } from '../../../../ui/control/field.tsx'
import { useGo } from '../../../../ui/control/link.tsx'
import { useParam } from '../../../../ui/control/use-url.ts'
import { toast } from '../../../../ui/overlay/toast.tsx'
import { PageHead } from '../../../../ui/page/head.tsx'
import { Panel } from '../../../../ui/page/panel.tsx'
import { Empty, Skeleton } from '../../../../ui/page/told.tsx'
import { EngineOptions } from '../engine-options.tsx'
import { newForm } from './form.ts'
import { FormPage } from './form-page.tsx'

/** A new service in a Swarm, from a form. */
export function NewSwarmService() {
  const may = useMay()
  const go = useGo()
  const fleet = useFleetState()
  const [asked, setAsked] = useParam('swarm')
  const [image] = useParam('image')
  const [form, setForm] = useState(() => ({ ...newForm, image }))
  const swarms = useRows(targets).filter(
    (row) => row.kind === 'swarm' && may('containers.manage', { targetId: row.id }),
  )
  const swarm = swarms.find(({ id, name }) => id === asked || name === asked) ?? swarms[0]
  const head = (
    <PageHead
      title="New service"
      crumbs={[
        { label: 'Swarms', href: paths.swarms() },
        ...(swarm ? [{ label: swarm.name, href: paths.swarm(swarm.id, 'services') }] : []),
      ]}
      meta="in a Swarm"
    />
  )
  if (!swarm)
    return (
      <>
        {head}
        {fleet.phase === 'loading' ? (
          <Skeleton />
        ) : (
          <Empty title="There is no Swarm in which you may make services.">
            Begin one under Swarms, or register an engine that is a manager of one.
          </Empty>
        )}
      </>
    )
  return (
    <>
      {head}
      <FormPage
        form={form}
        onForm={setForm}
        swarm={swarm.id}
        act="Make service"
        plan={(draft) => client.swarmServices.create.plan({ swarm: swarm.id, draft })}
        run={async (draft) => {
          const { id, warnings } = await client.swarmServices.create({ swarm: swarm.id, draft })
          toast({
            state: warnings.length > 0 ? 'degraded' : 'starting',
            title: `${draft.name} is made in ${swarm.name}`,
            ...(warnings.length > 0 ? { detail: warnings.join(' '), stays: true } : {}),
          })
          go(paths.service(id))
        }}
        side={
          swarms.length > 1 && (
            <Panel title="Where">
              <SelectField label="Swarm" value={swarm.id} onChange={(event) => setAsked(event.target.value)}>
                <EngineOptions engines={swarms} />
              </SelectField>
            </Panel>
          )
        }
      />
    </>
  )
}
