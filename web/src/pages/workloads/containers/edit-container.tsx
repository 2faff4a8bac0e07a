import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { ContainerDraft, Service } from '@wheelhouse/contract'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { services, useFleetState } from '../../../api/fleet.ts'
import { keys } from '../../../api/keys.ts'
import { useRow } from '../../../api/row-store.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { TextField } from '../../../ui/control/field.tsx'
import { Go } from '../../../ui/control/link.tsx'
import { PageHead } from '../../../ui/page/head.tsx'
import { Panel } from '../../../ui/page/panel.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { readTime } from './form/amounts.ts'
import { formOf } from './form/fill.ts'
import { FormPage } from './form/form-page.tsx'

/** A container that is there, as its form. A new one takes its place; the old comes back unless the new is healthy. */
export function EditContainer() {
  const { id = '' } = useParams({ strict: false })
  const fleet = useFleetState()
  const row = useRow(services, id)
  // It goes when the new one is healthy; the page stays to tell so.
  const [seen, setSeen] = useState<Service | null>(null)
  if (row && row !== seen) setSeen(row)
  const service = row ?? seen
  const asked = useQuery({
    queryKey: keys.containerDraft(id),
    queryFn: () => client.containers.draft({ id }),
    enabled: service !== null && service !== undefined,
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
    retry: false,
  })
  const crumbs = [
    { label: 'Services', href: paths.services() },
    ...(service ? [{ label: service.name, href: paths.service(id) }] : []),
  ]
  const title = service ? `Change ${service.name}` : 'Change a container'
  if (service && asked.data) return <Known key={id} service={service} draft={asked.data.draft} lost={asked.data.lost} />
  return (
    <>
      <PageHead title={title} crumbs={crumbs} />
      {asked.error ? (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
        </div>
      ) : !service && fleet.phase === 'ready' ? (
        <Empty
          title="There is no such container."
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

function Known({ service, draft, lost }: { service: Service; draft: ContainerDraft; lost: readonly string[] }) {
  const { id } = service
  const [form, setForm] = useState(() => formOf(draft))
  const [patience, setPatience] = useState('60s')
  const withinMs = readTime(patience)
  const wait = withinMs === null ? {} : { healthyWithinMs: withinMs }
  return (
    <>
      <PageHead
        title={`Change ${service.name}`}
        crumbs={[
          { label: 'Services', href: paths.services() },
          { label: service.name, href: paths.service(id) },
        ]}
        meta={`on ${service.targetName}`}
      />
      <FormPage
        form={form}
        onForm={setForm}
        target={service.targetId}
        replaces={id}
        act="Replace container"
        plan={(changed) => client.containers.replace.plan({ id, draft: changed, ...wait })}
        run={(changed) => client.containers.replace({ id, draft: changed, ...wait })}
        side={
          <Panel title="How it is replaced">
            <div className="flex flex-col gap-3">
              <p>
                The old one is stopped and kept aside while the new one starts, and comes back unless the new one is
                healthy in time.
              </p>
              <TextField
                label="Healthy within"
                hint="Such as 60s or 5m."
                error={withinMs === null ? 'Write a time such as 60s or 5m.' : null}
                value={patience}
                onChange={(event) => setPatience(event.target.value)}
              />
              {lost.map((thing) => (
                <div key={thing} className="note warn" role="status">
                  <Glyph state="degraded" label="lost" />
                  <span>The form cannot say this, so it is lost: {thing}</span>
                </div>
              ))}
            </div>
          </Panel>
        }
      />
    </>
  )
}
