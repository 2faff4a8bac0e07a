import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { HouseBackup, Job } from '@wheelhouse/contract'
import { useState } from 'react'
import { PlanDialog } from '../../../acts/plan-dialog.tsx'
import { client } from '../../../api/client.ts'
import { download } from '../../../api/download.ts'
import { jobs, isOver } from '../../../api/observation/jobs.ts'
import { keys } from '../../../api/keys.ts'
import { useMay } from '../../../api/may.ts'
import { useRows } from '../../../api/row-store.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { Go } from '../../../ui/control/link.tsx'
import { Segment } from '../../../ui/control/pick.tsx'
import { moment } from '../../../ui/format/age.ts'
import { bytes, count } from '../../../ui/format/number.ts'
import { Table } from '../../../ui/list/table.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { paths } from '../../../paths.ts'
import { Panel } from '../../../ui/page/panel.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'

const levels = ['debug', 'info', 'warn', 'error', 'silent'] as const
const failed = (title: string) => (error: unknown) =>
  toast({ state: 'failed', title, detail: wordsFor(error).what, stays: true })

/** What keeps the house in order. Whoever may not do it sees what there is. */
export function Maintenance() {
  const may = useMay()('settings.manage')
  return (
    <div className="panels">
      <Copies may={may} />
      <Database may={may} />
      <Caches may={may} />
      <LogLevel may={may} />
      {may && <Bundle />}
    </div>
  )
}

function Copies({ may }: { may: boolean }) {
  const cache = useQueryClient()
  const all = useRows(jobs)
  const [asked, setAsked] = useState<{ act: 'restore' | 'remove'; backup: HouseBackup } | null>(null)
  const making = all.some((job) => job.kind === 'maintenance.backup' && !isOver(job))
  // A copy of a small database is there before anybody could tell that it is being made.
  const list = useQuery({
    queryKey: keys.houseBackups,
    queryFn: () => client.maintenance.backups(),
    refetchInterval: 3_000,
  })
  const again = (): void => void cache.invalidateQueries({ queryKey: keys.houseBackups })
  const make = useMutation({
    mutationFn: () => client.maintenance.backup(),
    onError: failed('No copy was made'),
  })
  const verify = useMutation({
    mutationFn: (name: string) => client.maintenance.verifyBackup({ name }),
    onSuccess: ({ name, ok, found }) =>
      toast(
        ok
          ? { state: 'succeeded', title: `${name} is whole` }
          : { state: 'failed', title: `${name} is damaged`, detail: found.join(' '), stays: true },
      ),
    onError: failed('It was not verified'),
  })
  const leave = useMutation({
    mutationFn: () => client.maintenance.cancelRestore(),
    onSuccess: again,
    onError: failed('It is still to be restored'),
  })
  const { items = [], folder, restoring } = list.data ?? {}
  return (
    <Panel
      title="Copies of the database"
      beside={folder && <span className="mono">{folder}</span>}
      actions={
        may && (
          <Button look="primary" busy={make.isPending || making} onClick={() => make.mutate()}>
            Copy the database
          </Button>
        )
      }
      foot="The master key is not in them: keep master.key, or what WHEELHOUSE_MASTER_KEY holds, somewhere else."
      flush
    >
      {list.error && <TroubleBox trouble={wordsFor(list.error)} retry={again} />}
      {restoring && (
        <div className="note warn mx-3 mb-2" role="status">
          <Glyph state="degraded" label="warning" />
          <span className="grow">{restoring} takes the place of the database with the next start.</span>
          {may && (
            <Button busy={leave.isPending} onClick={() => leave.mutate()}>
              Keep the database
            </Button>
          )}
        </div>
      )}
      {list.isPending ? (
        <Skeleton rows={2} />
      ) : items.length === 0 ? (
        <Empty title="No copies yet.">One is made while Wheelhouse goes on, and is whole or not there.</Empty>
      ) : (
        <Table
          label="Copies of the database"
          rows={items}
          keyOf={(row) => row.name}
          columns={[
            {
              key: 'at',
              label: 'Made',
              width: 'minmax(150px, 1fr)',
              phone: 'title',
              render: (row) => <span title={row.name}>{moment(row.createdAt)}</span>,
            },
            { key: 'by', label: 'By', width: '120px', render: (row) => row.createdBy },
            { key: 'version', label: 'Version', width: '100px', phone: 'hide', render: (row) => row.version },
            {
              key: 'users',
              label: 'Users',
              width: '70px',
              num: true,
              phone: 'hide',
              render: (row) => count(row.rows.users ?? 0),
            },
            {
              key: 'size',
              label: 'Size',
              width: '90px',
              num: true,
              phone: 'side',
              render: (row) => bytes(row.sizeBytes),
            },
          ]}
          actsWidth="240px"
          {...(may
            ? {
                acts: (row: HouseBackup) => (
                  <>
                    <Button
                      busy={verify.isPending && verify.variables === row.name}
                      onClick={() => verify.mutate(row.name)}
                    >
                      Verify
                    </Button>
                    <Button onClick={() => setAsked({ act: 'restore', backup: row })}>Restore…</Button>
                    <Button look="danger-quiet" onClick={() => setAsked({ act: 'remove', backup: row })}>
                      Remove…
                    </Button>
                  </>
                ),
              }
            : {})}
        />
      )}
      {asked?.act === 'restore' && (
        <PlanDialog
          title={`Restore the database as of ${moment(asked.backup.createdAt)}?`}
          keep="Keep the database"
          act={() => 'Restore with the next start'}
          typeName="wheelhouse"
          what="maintenance.restore"
          input={asked.backup.name}
          plan={() => client.maintenance.restore.plan({ name: asked.backup.name })}
          run={(plan) => client.maintenance.restore({ name: asked.backup.name, plan })}
          onDone={({ message }) => {
            setAsked(null)
            again()
            toast({ state: 'succeeded', title: 'It is restored with the next start', detail: message, stays: true })
          }}
          onClose={() => setAsked(null)}
        />
      )}
      {asked?.act === 'remove' && (
        <PlanDialog
          title={`Remove the copy of ${moment(asked.backup.createdAt)}?`}
          keep="Keep copy"
          act={() => 'Remove copy'}
          what="maintenance.removeBackup"
          input={asked.backup.name}
          plan={() => client.maintenance.removeBackup.plan({ name: asked.backup.name })}
          run={(plan) => client.maintenance.removeBackup({ name: asked.backup.name, plan })}
          onDone={() => {
            setAsked(null)
            again()
          }}
          onClose={() => setAsked(null)}
        />
      )}
    </Panel>
  )
}

function Database({ may }: { may: boolean }) {
  const all = useRows(jobs)
  const last = (kind: string): Job | undefined =>
    all.filter((job) => job.kind === kind).toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))[0]
  const check = useMutation({
    mutationFn: () => client.maintenance.checkDatabase(),
    onError: failed('It was not checked'),
  })
  const compact = useMutation({
    mutationFn: () => client.maintenance.compactDatabase(),
    onError: failed('It was not compacted'),
  })
  const row = (kind: string, title: string, about: string, act: typeof check) => {
    const job = last(kind)
    return (
      <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-line px-3 py-2">
        <span className="min-w-0 grow">
          <span className="name">{title}</span>
          <span className="meta block">{about}</span>
        </span>
        {job && (
          <Go href={paths.job(job.id)} className="meta link">
            {isOver(job)
              ? `${job.state}, ${moment(job.finishedAt ?? job.createdAt)}`
              : `${Math.round(job.progress * 100)}%`}
          </Go>
        )}
        {may && (
          <Button busy={act.isPending || (job !== undefined && !isOver(job))} onClick={() => act.mutate()}>
            {title}
          </Button>
        )}
      </li>
    )
  }
  return (
    <Panel title="Database" flush span={6}>
      <ul>
        {row('maintenance.check', 'Check integrity', 'Reads all of it and looks for what is broken.', check)}
        {row('maintenance.compact', 'Compact', 'Gives back the room that deleted rows left.', compact)}
      </ul>
    </Panel>
  )
}

function Caches({ may }: { may: boolean }) {
  const cache = useQueryClient()
  const [clearing, setClearing] = useState<string | null>(null)
  const list = useQuery({ queryKey: keys.caches, queryFn: () => client.maintenance.caches() })
  return (
    <Panel title="Caches" meta="kept only to be quicker" flush span={6}>
      {list.error && <TroubleBox trouble={wordsFor(list.error)} retry={() => void list.refetch()} />}
      <ul>
        {(list.data?.items ?? []).map((one) => (
          <li key={one.name} className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-line px-3 py-2">
            <span className="min-w-0 grow">
              <span className="name">{one.name}</span>
              <span className="meta block">{one.summary}</span>
            </span>
            <span className="num">
              {one.bytes === null ? `${count(one.entries ?? 0)} in memory` : bytes(one.bytes)}
            </span>
            {may && <Button onClick={() => setClearing(one.name)}>Clear…</Button>}
          </li>
        ))}
      </ul>
      {clearing !== null && (
        <PlanDialog
          title={`Clear the cache ${clearing}?`}
          keep="Keep cache"
          act={() => 'Clear cache'}
          calm
          what="maintenance.clearCaches"
          input={clearing}
          plan={() => client.maintenance.clearCaches.plan({ names: [clearing] })}
          run={(plan) => client.maintenance.clearCaches({ names: [clearing], plan })}
          onDone={({ freedBytes }) => {
            setClearing(null)
            void cache.invalidateQueries({ queryKey: keys.caches })
            toast({ state: 'succeeded', title: `${bytes(freedBytes)} freed` })
          }}
          onClose={() => setClearing(null)}
        />
      )}
    </Panel>
  )
}

function LogLevel({ may }: { may: boolean }) {
  const cache = useQueryClient()
  const asked = useQuery({ queryKey: keys.logLevel, queryFn: () => client.maintenance.logLevel() })
  const set = useMutation({
    mutationFn: (level: (typeof levels)[number]) => client.maintenance.setLogLevel({ level }),
    onSuccess: (answer) => cache.setQueryData(keys.logLevel, answer),
    onError: failed('The level was not changed'),
  })
  const level = asked.data?.level
  return (
    <Panel
      title="Own log"
      span={6}
      foot={asked.data && `Until the next start; then it is ${asked.data.configured} again.`}
      meta={may ? undefined : level}
    >
      {may && level && (
        <Segment
          label="Least level that is logged"
          value={level}
          options={levels.map((value) => ({ value, label: value }))}
          onPick={(value) => set.mutate(value as (typeof levels)[number])}
        />
      )}
    </Panel>
  )
}

function Bundle() {
  const [busy, setBusy] = useState(false)
  const save = async (): Promise<void> => {
    setBusy(true)
    try {
      await download(`wheelhouse-support-${new Date().toISOString().slice(0, 10)}.tar.gz`, () =>
        client.maintenance.bundle(),
      )
    } catch (error) {
      failed('The bundle was not saved')(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Panel
      title="Support bundle"
      span={6}
      actions={
        <Button busy={busy} onClick={() => void save()}>
          Save bundle
        </Button>
      }
    >
      <p>
        Versions, settings, components, counts of rows and the last own log lines, with secrets removed. No names of
        people and nothing that services said. Look through it before you hand it on.
      </p>
    </Panel>
  )
}
