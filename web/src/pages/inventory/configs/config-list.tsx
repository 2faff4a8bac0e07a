import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { client } from '../../../api/client.ts'
import { allPages } from '../../../api/fleet.ts'
import { keys } from '../../../api/keys.ts'
import { useMay } from '../../../api/may.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { FilterBox } from '../../../ui/control/filter-box.tsx'
import { Go } from '../../../ui/control/link.tsx'
import { Pick } from '../../../ui/control/pick.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { plural } from '../../../ui/format/number.ts'
import { Table } from '../../../ui/list/table.tsx'
import { usePhone } from '../../../ui/list/use-media.ts'
import { PageHead } from '../../../ui/page/head.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { EnvironmentMark } from './environment-mark.tsx'

/** Every config set, those with problems first. */
export function ConfigList() {
  const may = useMay()
  const phone = usePhone()
  const [q, setQ] = useParam('q')
  const [environment, setEnvironment] = useParam('environment')
  const sets = useQuery({
    queryKey: keys.configs,
    queryFn: () => allPages((cursor) => client.configs.list({ limit: 500, ...(cursor ? { cursor } : {}) })),
    refetchInterval: 10_000,
  })
  const all = sets.data ?? []
  const environments = [...new Set(all.flatMap((set) => set.environment ?? []))].sort()
  const shown = all
    .filter(
      (set) => (!environment || set.environment === environment) && set.name.toLowerCase().includes(q.toLowerCase()),
    )
    .sort((a, b) => Number(b.problems.length > 0) - Number(a.problems.length > 0) || a.name.localeCompare(b.name))
  const make = may('configs.manage') && (
    <Go className="btn btn-primary" href={paths.newConfig()}>
      <Plus className="icon-s" aria-hidden />
      New config…
    </Go>
  )
  return (
    <>
      <PageHead title="Configs" meta="values of your apps, with schema and history" actions={make} />
      <div className="toolbar">
        <FilterBox label="Filter configs" placeholder="Filter by name" value={q} onChange={setQ} />
        {environments.length > 0 && (
          <Pick
            label="Environment"
            value={environment}
            options={[{ value: '', label: 'all' }, ...environments.map((name) => ({ value: name, label: name }))]}
            onPick={setEnvironment}
          />
        )}
      </div>
      {sets.error && (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(sets.error)} retry={() => void sets.refetch()} />
        </div>
      )}
      {sets.isPending && <Skeleton />}
      {sets.data && shown.length === 0 && (
        <Empty
          title={all.length === 0 ? 'No configs yet.' : 'No config passes the filter.'}
          action={all.length === 0 ? make : undefined}
        >
          {all.length === 0
            ? 'A config holds the values of an app, checked by a schema. Stacks with a config file bring their own.'
            : `${plural(all.length, 'config')} hidden.`}
        </Empty>
      )}
      {shown.length > 0 && (
        <Table
          label="Configs"
          rows={shown}
          keyOf={(set) => set.id}
          hrefOf={(set) => paths.config(set.name)}
          columns={[
            {
              key: 'name',
              label: 'Config',
              width: 'minmax(180px, 1.6fr)',
              phone: 'title',
              render: (set) => <span className="cut">{set.name}</span>,
            },
            {
              key: 'environment',
              label: 'Environment',
              width: '130px',
              render: (set) => <EnvironmentMark environment={set.environment} />,
            },
            {
              key: 'problems',
              label: 'Problems',
              width: 'minmax(160px, 2fr)',
              phone: 'line',
              render: (set) => {
                const [first] = set.problems
                if (!first) return phone ? null : <span className="text-ink-3">none</span>
                const bad = set.problems.some(({ severity }) => severity === 'error')
                return (
                  <span
                    className={`flex items-center gap-2 min-w-0 ${bad ? 't-failed' : 't-degraded'}`}
                    title={first.message}
                  >
                    <Glyph state={bad ? 'failed' : 'degraded'} label={bad ? 'error' : 'warning'} />
                    <span className="cut">
                      {first.message}
                      {set.problems.length > 1 && ` and ${set.problems.length - 1} more`}
                    </span>
                  </span>
                )
              },
            },
            {
              key: 'keys',
              label: 'Values',
              width: '110px',
              num: true,
              render: (set) => (
                <>
                  {phone ? plural(set.keys, 'value') : set.keys}
                  {set.secrets > 0 && <span className="text-ink-3"> ({plural(set.secrets, 'secret')})</span>}
                </>
              ),
            },
            {
              key: 'path',
              label: 'File',
              width: 'minmax(100px, 1.4fr)',
              phone: 'hide',
              render: (set) => (
                <span className="mono text-ink-3" title={set.path ?? undefined}>
                  {set.path ?? '–'}
                </span>
              ),
            },
            { key: 'version', label: 'Version', width: '70px', num: true, phone: 'hide', render: (set) => set.version },
            {
              key: 'by',
              label: 'Changed by',
              width: 'minmax(80px, 0.7fr)',
              phone: 'hide',
              render: (set) => set.changedBy,
            },
            {
              key: 'age',
              label: 'Changed',
              width: '80px',
              num: true,
              phone: 'side',
              render: (set) => <Age at={set.changedAt} />,
            },
          ]}
        />
      )}
    </>
  )
}
