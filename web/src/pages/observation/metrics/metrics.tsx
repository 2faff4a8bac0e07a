import { useQuery } from '@tanstack/react-query'
import { useRouter, useRouterState } from '@tanstack/react-router'
import type { Metric } from '@wheelhouse/contract'
import { X } from 'lucide-react'
import { useCallback, useMemo } from 'react'
import { client } from '../../../api/client.ts'
import { services, targets, useFleetState } from '../../../api/fleet.ts'
import { keys } from '../../../api/keys.ts'
import { useRows } from '../../../api/row-store.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { Pick, Segment } from '../../../ui/control/pick.tsx'
import { zone } from '../../../ui/format/age.ts'
import { listed } from '../../../ui/format/number.ts'
import { PageHead } from '../../../ui/page/head.tsx'
import { Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { acrosses, aggregates, type Ask, askOf, groups, queryOf, tops } from './ask.ts'
import { CheckMenu } from './check-menu.tsx'
import { type Asked, MetricPanel } from './metric-panel.tsx'
import { TimeChoice } from './time-choice.tsx'

const words: Record<string, string> = { p95: '95th percentile', avg: 'average', max: 'highest', min: 'lowest' }
const optionsOf = (values: readonly string[], usual: string) =>
  values.map((value) => ({ value, label: value === '' ? usual : (words[value] ?? value) }))

/** Metrics of any services and targets over time. The address holds all of what is asked. */
export function Metrics() {
  const router = useRouter()
  const search = useRouterState({ select: (state) => state.location.searchStr })
  const ask = useMemo(() => askOf(search), [search])
  const fleet = useFleetState()
  const catalogue = useQuery({
    queryKey: keys.metricCatalogue,
    queryFn: () => client.metrics.catalogue({}),
    staleTime: 60_000,
  })
  const storage = useQuery({ queryKey: keys.metricStorage, queryFn: () => client.metrics.storage({}) })
  const onAsk = useCallback(
    (change: Partial<Ask>) =>
      router.history.push(paths.metrics(queryOf({ ...askOf(window.location.search), ...change }))),
    [router],
  )
  const onSelect = useCallback(
    (from: number, to: number) =>
      onAsk({
        since: new Date(Math.floor(from) * 1000).toISOString(),
        until: new Date(Math.ceil(to) * 1000).toISOString(),
      }),
    [onAsk],
  )
  const known = new Map((catalogue.data?.items ?? []).map((metric) => [metric.name, metric]))
  return (
    <>
      <PageHead title="Metrics" meta={`readings over time, also of services that are gone; times in ${zone()}`} />
      {storage.data?.enabled === false && (
        <div className="strip" role="status">
          <Glyph state="paused" />
          <span>
            Readings are not kept now: the keeping of metrics is off in the settings of the control plane. What was kept
            before is still shown here.
          </span>
        </div>
      )}
      {storage.data?.problem && (
        <div className="strip" role="alert">
          <Glyph state="failed" />
          <span>{storage.data.problem}</span>
        </div>
      )}
      <Bar ask={ask} metrics={catalogue.data?.items ?? []} onAsk={onAsk} />
      <div className="page pt-3!">
        {catalogue.error ? (
          <TroubleBox trouble={wordsFor(catalogue.error)} retry={() => void catalogue.refetch()} />
        ) : catalogue.isPending || fleet.phase === 'loading' ? (
          <Skeleton />
        ) : (
          <div className="panels">
            {ask.metrics.map((name) => (
              <MetricPanel
                key={name}
                title={name}
                about={known.get(name.replace(/\{.*$/, ''))?.summary}
                asked={askedOf(ask, name, known.get(name.replace(/\{.*$/, '')))}
                time={ask}
                span={ask.metrics.length === 1 ? 12 : 6}
                sync="metrics"
                withTable
                asTable={ask.view === 'table'}
                onSelect={onSelect}
                actions={
                  ask.metrics.length > 1 && (
                    <Button
                      look="ghost"
                      icon={X}
                      aria-label={`Leave ${name} out`}
                      title="Leave it out"
                      onClick={() => onAsk({ metrics: ask.metrics.filter((each) => each !== name) })}
                    />
                  )
                }
              />
            ))}
          </div>
        )}
      </div>
    </>
  )
}

function askedOf(ask: Ask, metric: string, known: Metric | undefined): Asked {
  const { service, stack, target, group, aggregate, across, top } = ask
  // A counter's highest and lowest are of its rate; its average is its rate.
  const how = known?.kind === 'counter' && aggregate === 'avg' ? '' : aggregate
  const isOfTarget = known?.of === 'target'
  const grouped = isOfTarget && group !== 'all' ? '' : group
  return {
    metric,
    ...(service !== '' && !isOfTarget ? { service } : {}),
    ...(stack !== '' && !isOfTarget ? { stack } : {}),
    ...(target === '' ? {} : { target }),
    ...(grouped === '' ? {} : { group: grouped as NonNullable<Asked['group']> }),
    ...(how === '' ? {} : { aggregate: how as NonNullable<Asked['aggregate']> }),
    ...(across === '' ? {} : { across: across as NonNullable<Asked['across']> }),
    top: Number(top),
  }
}

/** What is asked: which metrics, of whom, grouped how, of when. */
function Bar({ ask, metrics, onAsk }: { ask: Ask; metrics: readonly Metric[]; onAsk: (change: Partial<Ask>) => void }) {
  const all = useRows(services)
  const hosts = useRows(targets)
  const chosen = ask.service.split(',').filter(Boolean)
  const stacks = [...new Set(all.flatMap(({ stack }) => stack ?? []))].toSorted((a, b) => a.localeCompare(b))
  const people = all
    .map(({ name, stack, targetName }) => ({
      value: name,
      label: name,
      about: [stack, targetName].filter(Boolean).join(', '),
    }))
    .toSorted((a, b) => a.label.localeCompare(b.label))
  // Those that are gone are named by the address alone.
  const gone = chosen
    .filter((name) => people.every(({ value }) => value !== name))
    .map((value) => ({ value, label: value, about: 'gone, or on no target of yours' }))
  return (
    <>
      <div className="toolbar pb-0! border-b-0!">
        <CheckMenu
          label="Metrics"
          shown={listed(ask.metrics, 2)}
          items={metrics.map(({ name, summary, origin }) => ({
            value: name,
            label: name,
            about: origin === 'scrape' ? `${summary} (scraped)` : summary,
          }))}
          chosen={ask.metrics}
          placeholder="Find a metric"
          nothing="No metric is known yet."
          onPick={(picked) => picked.length > 0 && onAsk({ metrics: picked })}
        />
        <CheckMenu
          label="Services"
          shown={chosen.length === 0 ? 'all' : listed(chosen, 2)}
          items={[...gone, ...people.filter(({ value }, index) => people[index - 1]?.value !== value)]}
          chosen={chosen}
          placeholder="Find a service"
          nothing="No service is there."
          onPick={(picked) => onAsk({ service: picked.join(',') })}
          onNone={{ label: 'All', run: () => onAsk({ service: '' }) }}
        />
        {(stacks.length > 0 || ask.stack !== '') && (
          <Pick
            label="Stack"
            value={ask.stack}
            options={[{ value: '', label: 'all' }, ...stacks.map((value) => ({ value, label: value }))]}
            onPick={(stack) => onAsk({ stack })}
          />
        )}
        {(hosts.length > 1 || ask.target !== '') && (
          <Pick
            label="Target"
            value={ask.target}
            options={[{ value: '', label: 'all' }, ...hosts.map(({ id, name }) => ({ value: id, label: name }))]}
            onPick={(target) => onAsk({ target })}
          />
        )}
        <Pick
          label="One line a"
          value={ask.group}
          options={optionsOf(groups, 'service').map(({ value, label }) => ({
            value,
            label: value === 'all' ? 'all as one' : value === 'labels' ? 'series of an endpoint' : label,
          }))}
          onPick={(group) => onAsk({ group })}
        />
        {ask.group !== '' && ask.group !== 'labels' && (
          <Pick
            label="Together"
            value={ask.across}
            options={optionsOf(acrosses, 'sum')}
            onPick={(across) => onAsk({ across })}
          />
        )}
      </div>
      <div className="toolbar">
        <TimeChoice time={ask} onPick={onAsk} />
        <Pick
          label="Each point"
          value={ask.aggregate}
          options={optionsOf(aggregates, 'usual').filter(({ value }) => value !== 'avg')}
          onPick={(aggregate) => onAsk({ aggregate })}
        />
        <Pick
          label="Highest"
          value={ask.top}
          options={tops.map((value) => ({ value, label: value }))}
          onPick={(top) => onAsk({ top })}
        />
        <Segment
          label="View"
          value={ask.view}
          onPick={(view) => onAsk({ view })}
          options={[
            { value: 'charts', label: 'Charts' },
            { value: 'table', label: 'Table' },
          ]}
        />
      </div>
    </>
  )
}
