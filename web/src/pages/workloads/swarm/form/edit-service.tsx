import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { Service, SwarmServiceDraft } from '@wheelhouse/contract'
import { useState } from 'react'
import { client } from '../../../../api/client.ts'
import { services, useFleetState } from '../../../../api/fleet.ts'
import { keys } from '../../../../api/keys.ts'
import { useRow } from '../../../../api/row-store.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { paths } from '../../../../paths.ts'
import { TextField } from '../../../../ui/control/field.tsx'
import { Go, useGo } from '../../../../ui/control/link.tsx'
import { toast } from '../../../../ui/overlay/toast.tsx'
import { PageHead } from '../../../../ui/page/head.tsx'
import { Panel } from '../../../../ui/page/panel.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../../ui/page/told.tsx'
import { Glyph } from '../../../../ui/state/glyph.tsx'
import { readTime } from '../../containers/form/amounts.ts'
import { formOf } from './fill.ts'
import { FormPage } from './form-page.tsx'

/** A Swarm service that is there, as its form. Its tasks are replaced by its update policy. */
export function EditSwarmService() {
  const { id = '' } = useParams({ strict: false })
  const fleet = useFleetState()
  const service = useRow(services, id)
  const asked = useQuery({
    queryKey: [...keys.swarmServiceDraft(id), 'form'],
    queryFn: () => client.swarmServices.draft({ id }),
    enabled: service !== undefined,
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
    retry: false,
  })
  if (service && asked.data) return <Known key={id} service={service} draft={asked.data.draft} lost={asked.data.lost} />
  return (
    <>
      <PageHead
        title={service ? `Change ${service.name}` : 'Change a service'}
        crumbs={[
          { label: 'Services', href: paths.services() },
          ...(service ? [{ label: service.name, href: paths.service(id) }] : []),
        ]}
      />
      {asked.error ? (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
        </div>
      ) : !service && fleet.phase === 'ready' ? (
        <Empty
          title="There is no such service."
          action={
            <Go className="btn" href={paths.services()}>
              Open services
            </Go>
          }
        />
      ) : (
        <Skeleton />
      )}
    </>
  )
}

function Known({ service, draft, lost }: { service: Service; draft: SwarmServiceDraft; lost: readonly string[] }) {
  const { id } = service
  const go = useGo()
  const [form, setForm] = useState(() => formOf(draft))
  const [patience, setPatience] = useState('10m')
  const deadlineMs = readTime(patience)
  const wait = deadlineMs === null ? {} : { deadlineMs }
  return (
    <>
      <PageHead
        title={`Change ${service.name}`}
        crumbs={[
          { label: 'Services', href: paths.services() },
          { label: service.name, href: paths.service(id) },
        ]}
        meta={`in ${service.targetName}`}
      />
      <FormPage
        form={form}
        onForm={setForm}
        swarm={service.targetId}
        replaces={id}
        ready={deadlineMs !== null}
        act="Change service"
        plan={(changed) => client.swarmServices.update.plan({ id, draft: changed, ...wait })}
        run={async (changed) => {
          const { warnings } = await client.swarmServices.update({ id, draft: changed, ...wait })
          toast({
            state: warnings.length > 0 ? 'degraded' : 'starting',
            title: `${service.name} is changed`,
            ...(warnings.length > 0 ? { detail: warnings.join(' '), stays: true } : {}),
          })
          go(paths.service(id))
        }}
        side={
          <Panel title="How it changes">
            <div className="flex flex-col gap-3">
              <p>
                Its tasks are replaced by its update policy. An update that does not get on in time is undone: the
                engine itself would wait for ever for a task that cannot start.
              </p>
              <TextField
                label="Deadline"
                hint="Such as 90s or 10m."
                error={deadlineMs === null ? 'Write a time such as 90s or 10m.' : null}
                value={patience}
                onChange={(event) => setPatience(event.target.value)}
              />
              {lost.map((thing) => (
                <div key={thing} className="note warn" role="status">
                  <Glyph state="degraded" label="kept" />
                  <span>The form does not show this; it stays as it is: {thing}</span>
                </div>
              ))}
            </div>
          </Panel>
        }
      />
    </>
  )
}
