import type { Release } from '@wheelhouse/contract'
import { GitCompareArrows, MoveRight, Pin, Trash2, Undo2 } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useMay } from '../../../api/may.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { FilterBox } from '../../../ui/control/filter-box.tsx'
import { useGo } from '../../../ui/control/link.tsx'
import { Pick } from '../../../ui/control/pick.tsx'
import { useParam, useSetParams } from '../../../ui/control/use-url.ts'
import { bytes, plural } from '../../../ui/format/number.ts'
import { PageHead } from '../../../ui/page/head.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { DeploymentTabs } from '../deployments/deployment-tabs.tsx'
import { CleanupDialog } from './cleanup-dialog.tsx'
import { PromoteDialog } from './promote-dialog.tsx'
import { ReleaseTable } from './release-table.tsx'
import { RollbackDialog } from './rollback-dialog.tsx'
import { useReleases } from './use-releases.ts'
import { sourceWords } from './words.ts'

const any = { value: '', label: 'any' }
const matches = (release: Release, q: string): boolean =>
  [
    release.stack,
    release.environment,
    `r${release.number}`,
    release.createdBy,
    sourceWords(release),
    release.source.message,
  ]
    .join('\n')
    .toLowerCase()
    .includes(q.toLowerCase())

/** Every kept release: what it is made of, and what may be done with it. */
export function ReleaseList() {
  const [q, setQ] = useParam('q')
  const [stack, setStack] = useParam('stack')
  const [environment, setEnvironment] = useParam('environment')
  const setParams = useSetParams()
  const asked = useReleases('')
  const may = useMay()
  const go = useGo()
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [open, setOpen] = useState<{ act: 'rollback' | 'promote'; release: Release } | 'cleanup' | null>(null)
  const all = asked.data ?? []
  const rows = useMemo(
    () =>
      (asked.data ?? [])
        .filter(
          (release) =>
            (stack === '' || release.stack === stack) &&
            (environment === '' || release.environment === environment) &&
            (q === '' || matches(release, q)),
        )
        .sort((a, b) => b.createdAt.localeCompare(a.createdAt)),
    [asked.data, stack, environment, q],
  )
  const runs = may('deployments.run')
  const size = rows.reduce((sum, release) => sum + release.sizeBytes, 0)
  // Two at most: a third takes the place of the one chosen first.
  const toggle = (id: string): void =>
    setChosen((now) => (now.includes(id) ? now.filter((each) => each !== id) : [...now, id].slice(-2)))
  const compare = (): void => {
    const [a, b] = rows
      .filter((release) => chosen.includes(release.id))
      .sort((x, y) => x.createdAt.localeCompare(y.createdAt))
    if (a && b) go(paths.compareReleases(a.id, b.id))
  }
  const close = (): void => setOpen(null)
  return (
    <>
      <PageHead
        title="Releases"
        meta={asked.data && `${plural(rows.length, 'release')} kept, ${bytes(size)}`}
        actions={
          <>
            <Button icon={GitCompareArrows} disabled={chosen.length !== 2} onClick={compare}>
              Compare two
            </Button>
            {runs && (
              <Button icon={Trash2} disabled={all.length === 0} onClick={() => setOpen('cleanup')}>
                Clean up…
              </Button>
            )}
          </>
        }
      />
      <DeploymentTabs current="releases" />
      <div className="toolbar">
        <FilterBox label="Filter releases" placeholder="Filter by release, commit, person" value={q} onChange={setQ} />
        <Pick
          label="Stack"
          value={stack}
          onPick={setStack}
          options={[
            any,
            ...[...new Set(all.map((each) => each.stack))].sort().map((value) => ({ value, label: value })),
          ]}
        />
        <Pick
          label="Environment"
          value={environment}
          onPick={setEnvironment}
          options={[
            any,
            ...[...new Set(all.map((each) => each.environment))].sort().map((value) => ({ value, label: value })),
          ]}
        />
      </div>
      {asked.error && (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
        </div>
      )}
      {asked.isPending && <Skeleton rows={10} />}
      {asked.data && rows.length === 0 && (
        <Empty
          title={all.length === 0 ? 'No release is kept yet.' : 'No release matches.'}
          action={
            all.length > 0 && (
              <Button onClick={() => setParams({ q: null, stack: null, environment: null })}>Clear filters</Button>
            )
          }
        >
          {all.length === 0
            ? 'Each deployment makes one: its artefacts, its spec and its config, never changed again.'
            : `${plural(all.length, 'release')} ${all.length === 1 ? 'is' : 'are'} hidden by the filters.`}
        </Empty>
      )}
      {rows.length > 0 && (
        <ReleaseTable
          rows={rows}
          chosen={chosen}
          onChoose={toggle}
          entries={(release) =>
            runs
              ? [
                  ...(release.state === 'good'
                    ? [
                        {
                          label: `Roll back to r${release.number}…`,
                          icon: Undo2,
                          run: () => setOpen({ act: 'rollback', release }),
                        },
                      ]
                    : []),
                  ...(release.state === 'good' || release.state === 'serving'
                    ? [{ label: 'Promote…', icon: MoveRight, run: () => setOpen({ act: 'promote', release }) }]
                    : []),
                ]
              : []
          }
        />
      )}
      {rows.some((release) => release.pinned) && (
        <p className="meta flex items-center gap-1.5 px-(--gutter) py-2">
          <Pin className="icon-s" aria-hidden /> A pinned release stays until it is unpinned, whatever the retention
          says.
        </p>
      )}
      {open === 'cleanup' && <CleanupDialog stack={stack} environment={environment} onClose={close} />}
      {open !== null && open !== 'cleanup' && open.act === 'rollback' && (
        <RollbackDialog
          stack={open.release.stack}
          environment={open.release.environment}
          release={open.release.number}
          onClose={close}
        />
      )}
      {open !== null && open !== 'cleanup' && open.act === 'promote' && (
        <PromoteDialog
          stack={open.release.stack}
          from={open.release.environment}
          release={open.release.number}
          directory={open.release.source.directory ?? undefined}
          onClose={close}
        />
      )}
    </>
  )
}
