import { serviceStates } from '@wheelhouse/contract/workloads/states'
import { Download, Plus, Trash2 } from 'lucide-react'
import { useCallback, useMemo, useState } from 'react'
import { useActs } from '../../../acts/use-acts.tsx'
import type { RunnableAct } from '../../../acts/words.ts'
import { reloadFleet, targets, useFleetState } from '../../../api/fleet.ts'
import { useMay } from '../../../api/may.ts'
import { actsOf } from '../../../api/service-acts.ts'
import { useRows } from '../../../api/row-store.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { useUsageFeed } from '../../../api/observation/usage.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { FilterBox } from '../../../ui/control/filter-box.tsx'
import { useKeys } from '../../../ui/control/keys.ts'
import { Go, useGo } from '../../../ui/control/link.tsx'
import { Pick } from '../../../ui/control/pick.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { plural } from '../../../ui/format/number.ts'
import { useMedia, usePhone } from '../../../ui/list/use-media.ts'
import { VirtualList } from '../../../ui/list/virtual-list.tsx'
import { PageHead } from '../../../ui/page/head.tsx'
import { Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { PruneContainers, usePrunable } from '../containers/prune-dialog.tsx'
import { useEngines } from '../engine-field.tsx'
import { BulkBar } from './bulk-bar.tsx'
import { exportRows } from './export-rows.ts'
import { columnsFor, ListHead } from './list-head.tsx'
import { NoRows } from './no-rows.tsx'
import { ServiceRow } from './service-row.tsx'
import { type Row } from './filter.ts'
import { useSelection } from './use-selection.ts'
import { useServiceRows } from './use-service-rows.ts'

const rowHeights: Record<string, number> = { compact: 28, default: 32, comfortable: 40 }
const keyOf = (row: Row): string => (row.kind === 'group' ? `group:${row.name}` : row.service.id)

/** Every service on every target. */
export function ServiceList() {
  useUsageFeed()
  const fleet = useFleetState()
  const targetRows = useRows(targets)
  const view = useServiceRows()
  const [, setQ] = useParam('q')
  const [state, setState] = useParam('state')
  const [target, setTarget] = useParam('target')
  const [stack, setStack] = useParam('stack')
  const phone = usePhone()
  const narrow = useMedia('(max-width: 1199px)')
  const [cursor, setCursor] = useState(-1)
  const order = useMemo(() => view.shown.map((service) => service.id), [view.shown])
  const selection = useSelection(order)
  const may = useMay()
  const { act } = useActs()
  const go = useGo()
  const makes = useEngines('containers').length > 0
  const prunes = usePrunable().length > 0
  const [pruning, setPruning] = useState(false)
  const chosen = useMemo(
    () => view.shown.filter((service) => selection.ids.has(service.id)),
    [view.shown, selection.ids],
  )
  const here = view.shown[cursor]
  const select = useCallback((id: string, range: boolean) => selection.toggle(id, range), [selection.toggle])

  const run = (which: RunnableAct): void => {
    const many = chosen.length > 0 ? chosen : here ? [here] : []
    act(
      which,
      many.filter((service) => actsOf(service, targets.get(service.targetId)?.capabilities, may).has(which)),
    )
  }
  const move = (by: number): void => setCursor((at) => Math.max(0, Math.min(view.shown.length - 1, at + by)))
  useKeys('Services', [
    { keys: 'j', label: 'Next', run: () => move(1) },
    { keys: 'arrowdown', label: '', run: () => move(1) },
    { keys: 'k', label: 'Previous', run: () => move(-1) },
    { keys: 'arrowup', label: '', run: () => move(-1) },
    { keys: 'x', label: 'Select', run: () => here && select(here.id, false) },
    { keys: 'shift+x', label: 'Select up to here', run: () => here && select(here.id, true) },
    { keys: 'mod+a', label: 'Select all shown', run: () => selection.set(order) },
    { keys: 'escape', label: 'Clear the selection', run: () => selection.set([]) },
    { keys: 'enter', label: 'Open', run: () => here && go(paths.service(here.id)) },
    { keys: 'l', label: 'Logs', run: () => here && go(paths.service(here.id, 'logs')) },
    { keys: 't', label: 'Terminal', run: () => here && go(paths.service(here.id, 'terminal')) },
    { keys: 'r', label: 'Restart', run: () => run('restart') },
    { keys: 's', label: 'Stop', run: () => run('stop') },
  ])

  const lost = targetRows.filter((each) => each.stale || each.state === 'unreachable')
  const cursorRow = here ? view.rows.findIndex((row) => row.kind === 'service' && row.service.id === here.id) : -1
  const height = phone ? 68 : (rowHeights[document.documentElement.dataset.density ?? 'default'] ?? 32)
  return (
    <div className="fill" style={{ '--cols': columnsFor(narrow) } as React.CSSProperties}>
      <PageHead
        title="Services"
        meta={
          <>
            on {plural(targetRows.length, 'target')}
            {lost.length > 0 && `; ${lost.map((each) => each.name).join(', ')} not heard`}
          </>
        }
        actions={
          <>
            <Button
              icon={Download}
              className="hide-phone"
              disabled={view.shown.length === 0}
              onClick={() => exportRows(view.shown)}
            >
              Export
            </Button>
            {prunes && (
              <Button icon={Trash2} className="hide-phone" onClick={() => setPruning(true)}>
                Remove stopped…
              </Button>
            )}
            {makes && (
              <Button icon={Plus} onClick={() => go(paths.newContainer(target))}>
                New container…
              </Button>
            )}
            {may('stacks.apply') && (
              <Go className="btn btn-primary" href={paths.newStack()}>
                Apply a stack…
              </Go>
            )}
          </>
        }
      />
      <div className="tabs" role="group" aria-label="State">
        {['', ...serviceStates].map((each) => {
          const count = each === '' ? view.scoped.length : (view.counts[each] ?? 0)
          if (each !== '' && count === 0 && each !== state && !['running', 'failed'].includes(each)) return null
          return (
            <button key={each} type="button" aria-pressed={state === each} onClick={() => setState(each)}>
              {each !== '' && <Glyph state={each as (typeof serviceStates)[number]} />}
              {each === '' ? 'All' : each[0]?.toUpperCase() + each.slice(1)}
              <span className="text-ink-3 font-normal">{count}</span>
            </button>
          )
        })}
      </div>
      <div className="toolbar">
        <FilterBox
          label="Filter services"
          placeholder="Filter by name, image, id, label, port, IP address"
          value={view.filter.q}
          onChange={setQ}
        />
        <Pick
          label="Target"
          value={target}
          onPick={setTarget}
          options={[{ value: '', label: 'any' }, ...targetRows.map((each) => ({ value: each.id, label: each.name }))]}
        />
        <Pick
          label="Stack"
          value={stack}
          onPick={setStack}
          options={[
            { value: '', label: 'any' },
            { value: '-', label: 'none' },
            ...view.stacks.map((each) => ({ value: each, label: each })),
          ]}
        />
        <span className="grow hide-phone" />
        <Pick
          label="Sort"
          value={view.sort}
          onPick={view.setSort}
          options={[
            ['needs', 'needs you first'],
            ['name', 'name'],
            ['cpu', 'CPU'],
            ['memory', 'memory'],
            ['changed', 'changed'],
            ['target', 'target'],
          ].map(([value, label]) => ({ value: value ?? '', label: label ?? '' }))}
        />
        <Pick
          label="Group"
          value={view.group}
          onPick={view.setGroup}
          options={['none', 'stack', 'target'].map((value) => ({ value, label: value }))}
        />
      </div>
      {fleet.phase === 'failed' && (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(fleet.error)} retry={reloadFleet} />
        </div>
      )}
      {fleet.phase === 'loading' ? (
        <Skeleton rows={12} />
      ) : (
        <VirtualList
          label="Services"
          items={view.rows}
          keyOf={keyOf}
          heightOf={(row) => (row.kind === 'group' ? 30 : height)}
          layout={`${height}`}
          cursor={cursorRow}
          head={
            !phone && (
              <ListHead
                sort={view.sort}
                onSort={view.setSort}
                all={order.length > 0 && chosen.length === order.length}
                some={chosen.length > 0}
                onAll={() => selection.set(chosen.length === order.length ? [] : order)}
              />
            )
          }
          empty={<NoRows filter={view.filter} state={state} />}
          render={(row, index) =>
            row.kind === 'group' ? (
              <div className="grp">
                <b>{row.name}</b> {plural(row.services.length, 'service')}
              </div>
            ) : (
              <ServiceRow
                service={row.service}
                index={index}
                card={phone}
                selected={selection.ids.has(row.service.id)}
                current={row.service === here}
                onSelect={select}
              />
            )
          }
        />
      )}
      {pruning && <PruneContainers targetId={target} onClose={() => setPruning(false)} />}
      {chosen.length > 0 && <BulkBar chosen={chosen} onClear={() => selection.set([])} />}
    </div>
  )
}
