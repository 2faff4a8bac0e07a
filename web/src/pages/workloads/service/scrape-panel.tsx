import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Scrape, Service } from '@wheelhouse/contract'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { useMay } from '../../../api/may.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { Go } from '../../../ui/control/link.tsx'
import { duration } from '../../../ui/format/age.ts'
import { millis, plural } from '../../../ui/format/number.ts'
import { Facts, Panel } from '../../../ui/page/panel.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { Badge } from '../../../ui/state/badge.tsx'
import { ScrapeDialog } from './scrape-dialog.tsx'

const stateGlyph = { up: 'running', down: 'failed', waiting: 'starting' } as const

/** The metrics endpoint of a service: what is asked of it, and how it answered last. */
export function ScrapePanel({ service }: { service: Service }) {
  const may = useMay()
  const cache = useQueryClient()
  const [isOpen, setOpen] = useState(false)
  const scrapes = useQuery({
    queryKey: keys.scrapes(service.name),
    queryFn: () => client.scrapes.list({ q: service.name, limit: 1000 }),
    refetchInterval: 15_000,
  })
  const scrape =
    scrapes.data?.items.find(({ serviceId, service: name, targetId, stack }) =>
      serviceId === null
        ? name === service.name && targetId === service.targetId && stack === service.stack
        : serviceId === service.id,
    ) ?? null
  const manages = may('health.manage', { targetId: service.targetId, serviceId: service.id })
  const remove = useMutation({
    mutationFn: () => client.scrapes.remove({ id: service.id }),
    onSuccess: () => {
      void cache.invalidateQueries({ queryKey: keys.scrapes(service.name) })
      toast({ state: 'succeeded', title: `${service.name} is scraped no more; what is kept of it stays` })
    },
    onError: (error) => toast({ state: 'failed', title: wordsFor(error).what }),
  })
  return (
    <Panel
      title="Metrics endpoint"
      meta={scrape && <Badge state={stateGlyph[scrape.state]}>{scrape.state}</Badge>}
      actions={
        manages && (
          <>
            {scrape?.origin === 'set' && (
              <Button look="ghost" busy={remove.isPending} onClick={() => remove.mutate()}>
                Scrape no more
              </Button>
            )}
            <Button onClick={() => setOpen(true)}>{scrape ? 'Change…' : 'Scrape…'}</Button>
          </>
        )
      }
    >
      {scrapes.error && !scrapes.data ? (
        <TroubleBox trouble={wordsFor(scrapes.error)} retry={() => void scrapes.refetch()} />
      ) : scrape ? (
        <ScrapeFacts scrape={scrape} />
      ) : (
        <p className="meta">
          Where it tells metrics in the text format of Prometheus, they are kept beside its own readings. The label
          prometheus.io/scrape asks for it as well.
        </p>
      )}
      {isOpen && <ScrapeDialog service={service} scrape={scrape} onClose={() => setOpen(false)} />}
    </Panel>
  )
}

function ScrapeFacts({ scrape }: { scrape: Scrape }) {
  const { scheme, port, path, intervalMs, headers, origin, series, leftOut, tookMs, problem, service } = scrape
  return (
    <>
      {problem && (
        <p className="t-failed pb-2" role="alert">
          {problem}
        </p>
      )}
      <Facts
        rows={[
          [
            'Asked',
            <span key="asked">
              <span className="mono">
                {scheme}, port {port}, {path}
              </span>{' '}
              each {duration(intervalMs)}
            </span>,
          ],
          ['Because', origin === 'label' ? 'its labels ask for it' : 'it was set here'],
          headers.length > 0 ? ['Headers', `${headers.join(', ')}, values hidden`] : null,
          tookMs === null ? null : ['Took', millis(tookMs)],
          [
            'Series',
            <span key="series">
              {plural(series, 'series', 'series')} kept{leftOut > 0 && `, ${leftOut} left out beyond the limit`}.{' '}
              <Go className="link" href={paths.metrics(`?metric=scrape.series&service=${encodeURIComponent(service)}`)}>
                Explore
              </Go>
            </span>,
          ],
        ]}
      />
    </>
  )
}
