import type { WidgetContent } from '@wheelhouse/contract'
import { paths } from '../../../../paths.ts'
import { targetGlyph } from '../../../../shell/target-words.ts'
import { Go } from '../../../../ui/control/link.tsx'
import { bytes, percent } from '../../../../ui/format/number.ts'
import { Table } from '../../../../ui/list/table.tsx'
import { Age } from '../../../../ui/state/age.tsx'
import { Glyph } from '../../../../ui/state/glyph.tsx'
import { CrashTable } from '../../../observation/crashes/crash-list.tsx'
import { deploymentGlyph, stateWord } from '../../../workloads/deployments/words.ts'

type Of<K extends WidgetContent['kind']> = Extract<WidgetContent, { kind: K }>
type Service = Of<'services'>['items'][number]
type Target = Of<'targets'>['items'][number]
type Run = Of<'deployments'>['items'][number]

const Nothing = ({ children }: { children: string }) => <p className="px-3 text-ink-3">{children}</p>
export const More = ({ more, href }: { more: number; href?: string }) =>
  more === 0 ? null : (
    <p className="meta px-3 pt-1">
      {href ? (
        <Go className="link" href={href}>
          and {more} more
        </Go>
      ) : (
        `and ${more} more`
      )}
    </p>
  )
const shown = (state: string, stale: boolean) => (stale ? 'unknown' : state) as 'running'

export function ServiceRows({ items, more }: Of<'services'>) {
  if (items.length === 0) return <Nothing>No service is like that.</Nothing>
  return (
    <>
      <Table<Service>
        label="Services"
        rows={items}
        keyOf={({ id }) => id}
        hrefOf={({ id }) => paths.service(id)}
        stale={({ stale }) => stale}
        columns={[
          {
            key: 'name',
            label: 'Service',
            width: 'minmax(120px, 2fr)',
            phone: 'title',
            render: ({ name, state, stale }) => (
              <>
                <Glyph state={shown(state, stale)} label={shown(state, stale)} />
                <span className="cut">{name}</span>
              </>
            ),
          },
          {
            key: 'why',
            label: 'State',
            width: 'minmax(80px, 2fr)',
            phone: 'line',
            render: ({ state, reason, stale }) =>
              state === 'running' && !stale ? null : (
                <span className={state === 'failed' ? 't-failed' : 'text-ink-3'} title={reason ?? ''}>
                  {reason ?? shown(state, stale)}
                </span>
              ),
          },
          {
            key: 'cpu',
            label: 'CPU',
            width: '54px',
            num: true,
            render: ({ cpuPercent }) => (cpuPercent === null ? '–' : percent(cpuPercent)),
          },
          {
            key: 'memory',
            label: 'Memory',
            width: '68px',
            num: true,
            render: ({ memoryBytes }) => (memoryBytes === null ? '–' : bytes(memoryBytes)),
          },
          {
            key: 'since',
            label: 'For',
            width: '52px',
            num: true,
            phone: 'side',
            render: ({ changedAt }) => <Age at={changedAt} />,
          },
        ]}
      />
      <More more={more} href={paths.services()} />
    </>
  )
}

export function TargetRows({ items, more }: Of<'targets'>) {
  if (items.length === 0) return <Nothing>No target is to be seen.</Nothing>
  return (
    <>
      <Table<Target>
        label="Targets"
        rows={items}
        keyOf={({ id }) => id}
        hrefOf={({ id }) => paths.target(id)}
        columns={[
          {
            key: 'name',
            label: 'Target',
            width: 'minmax(120px, 2fr)',
            phone: 'title',
            render: (target) => (
              <>
                <Glyph state={targetGlyph(target)} label={target.state} />
                <span className="cut">{target.name}</span>
              </>
            ),
          },
          { key: 'services', label: 'Services', width: '70px', num: true, render: ({ services }) => services },
          {
            key: 'cpu',
            label: 'CPU',
            width: '60px',
            num: true,
            render: ({ cpuPercent }) => (cpuPercent === null ? '–' : percent(cpuPercent)),
          },
          {
            key: 'memory',
            label: 'Memory',
            width: '70px',
            num: true,
            render: ({ memoryPercent }) => (memoryPercent === null ? '–' : percent(memoryPercent)),
          },
        ]}
      />
      <More more={more} href={paths.targets()} />
    </>
  )
}

export function RunRows({ items, more }: Of<'deployments'>) {
  if (items.length === 0) return <Nothing>Nothing was deployed yet.</Nothing>
  return (
    <>
      <Table<Run>
        label="Deployments"
        rows={items}
        keyOf={({ id }) => id}
        hrefOf={({ id }) => paths.deployment(id)}
        columns={[
          {
            key: 'what',
            label: 'Run',
            width: 'minmax(140px, 2fr)',
            phone: 'title',
            render: (run) => (
              <>
                <Glyph state={deploymentGlyph(run.state)} label={stateWord(run.state)} />
                <span className="cut">
                  {run.stack} {run.number} ({run.environment})
                </span>
              </>
            ),
          },
          { key: 'state', label: 'Outcome', width: 'minmax(80px, 1fr)', render: ({ state }) => stateWord(state) },
          {
            key: 'release',
            label: 'Release',
            width: '64px',
            num: true,
            render: ({ release }) => (release === null ? '–' : `r${release}`),
          },
          {
            key: 'when',
            label: 'Ago',
            width: '54px',
            num: true,
            phone: 'side',
            render: ({ finishedAt, createdAt }) => <Age at={finishedAt ?? createdAt} />,
          },
        ]}
      />
      <More more={more} href={paths.deployments()} />
    </>
  )
}

export function CrashRows({ items, more }: Of<'crashes'>) {
  if (items.length === 0) return <Nothing>Nothing has crashed.</Nothing>
  return (
    <>
      <CrashTable crashes={items} />
      {more > 0 && (
        <p className="meta px-3 pt-1">
          <Go className="link" href={paths.crashes()}>
            All crashes
          </Go>
        </p>
      )}
    </>
  )
}
