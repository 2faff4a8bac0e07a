import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { Job } from '@wheelhouse/contract'
import { FlaskConical, RotateCcw, ShieldCheck, Trash2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import { client } from '../../../api/client.ts'
import { isOver, jobs } from '../../../api/observation/jobs.ts'
import { keys } from '../../../api/keys.ts'
import { useMay } from '../../../api/may.ts'
import { useRow } from '../../../api/row-store.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Unready } from '../../../shell/unready.tsx'
import { Button } from '../../../ui/control/button.tsx'
import { Go } from '../../../ui/control/link.tsx'
import { moment } from '../../../ui/format/age.ts'
import { bytes, plural } from '../../../ui/format/number.ts'
import { PageHead } from '../../../ui/page/head.tsx'
import { Facts, Panel } from '../../../ui/page/panel.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Badge } from '../../../ui/state/badge.tsx'
import { EnvironmentTag } from '../../../ui/state/environment.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { JobProgress } from '../../observation/jobs/job-progress.tsx'
import { PartTable } from './part-table.tsx'
import { RemoveDialog } from './remove-dialog.tsx'
import { RestoreDialog } from './restore-dialog.tsx'
import { backupGlyph, includesWords } from './words.ts'

/** One backup: what is in it, whether it can be trusted, and what may be done with it. */
export function BackupPage() {
  const { id = '' } = useParams({ strict: false })
  const manages = useMay()('backups.manage')
  const cache = useQueryClient()
  const [open, setOpen] = useState<'restore' | 'remove' | null>(null)
  const [started, setStarted] = useState<Job | null>(null)
  const asked = useQuery({
    queryKey: keys.backup(id),
    queryFn: () => client.backups.get({ id }),
    refetchInterval: (query) => (query.state.data?.state === 'running' ? 3_000 : false),
  })
  const job = useRow(jobs, started?.id ?? '') ?? started
  const over = job !== null && isOver(job)
  const refresh = (): void => void cache.invalidateQueries({ queryKey: ['backups'] })
  // What a drill or a restore found stands in the backup once it has ended.
  useEffect(() => {
    if (over) refresh()
  }, [over])
  const follow = (next: Job): void => {
    jobs.set(next)
    setStarted(next)
  }
  const verify = useMutation({ mutationFn: () => client.backups.verify({ id }), onSettled: refresh })
  const drill = useMutation({ mutationFn: () => client.backups.drill({ id }), onSuccess: follow })
  const crumbs = [{ label: 'Backups', href: paths.backups() }]
  const backup = asked.data
  if (!backup)
    return (
      <Unready title="Backup" crumbs={crumbs} asked={asked} wayOut={{ label: 'Open backups', href: paths.backups() }} />
    )
  const trouble = verify.error ?? drill.error
  const whole = backup.state === 'complete'
  return (
    <>
      <PageHead
        title={backup.id}
        tab={`Backup ${backup.id} of ${backup.stack}`}
        crumbs={crumbs}
        badge={
          <>
            <Badge state={backupGlyph(backup.state)}>{backup.state}</Badge>
            <EnvironmentTag name={backup.environment} />
          </>
        }
        meta={
          <span className="dotted">
            <span>{backup.stack}</span>
            <span>{bytes(backup.sizeBytes)}</span>
            <span>
              <Age at={backup.createdAt} suffix=" ago" /> by {backup.createdBy}
            </span>
          </span>
        }
        actions={
          <>
            <Button icon={ShieldCheck} busy={verify.isPending} onClick={() => verify.mutate()}>
              Verify
            </Button>
            {manages && (
              <>
                {backup.includes.database && (
                  <Button
                    icon={FlaskConical}
                    busy={drill.isPending || (job !== null && !over)}
                    disabled={!whole}
                    title="Restores its databases into scratch ones, counts what came back, and removes them"
                    onClick={() => drill.mutate()}
                  >
                    Drill
                  </Button>
                )}
                <Button icon={RotateCcw} disabled={!whole} onClick={() => setOpen('restore')}>
                  Restore…
                </Button>
                <Button icon={Trash2} look="danger-quiet" onClick={() => setOpen('remove')}>
                  Remove…
                </Button>
              </>
            )}
          </>
        }
      />
      <div className="page pt-1! flex flex-col gap-3">
        {trouble && <TroubleBox trouble={wordsFor(trouble)} />}
        {verify.data && (
          <div className={`note ${verify.data.ok ? 'calm' : ''}`} role="status">
            <Glyph state={verify.data.ok ? 'succeeded' : 'failed'} />
            <span className="min-w-0 break-words">
              {verify.data.ok
                ? `${plural(verify.data.checked, 'part')} checked, every checksum is right.`
                : `${plural(verify.data.problems.length, 'part')} of ${verify.data.checked} are damaged: ${verify.data.problems.join(' ')}`}
            </span>
          </div>
        )}
        {job && <JobProgress job={job} />}
        <div className="panels">
          <Panel title="Parts" span={8} flush meta={plural(backup.parts.length, 'part')}>
            {backup.parts.length === 0 && <p className="px-3 pb-3 text-ink-3">It holds no part.</p>}
            {backup.parts.length > 0 && <PartTable parts={backup.parts} />}
          </Panel>
          <Panel title="About" span={4}>
            <Facts
              rows={[
                backup.description ? ['For', backup.description] : null,
                ['Holds', includesWords(backup)],
                [
                  'Place',
                  <span key="place" className="mono">
                    {backup.place}
                  </span>,
                ],
                ['Encrypted', backup.encrypted ? 'yes' : 'no'],
                backup.version ? ['Release then', `r${backup.version}`] : null,
                ['Made', `${moment(backup.createdAt)} by ${backup.createdBy}`],
                ['Verified', backup.verifiedAt ? <Age key="v" at={backup.verifiedAt} suffix=" ago" /> : 'never'],
                ['Drilled', backup.drilledAt ? <Age key="d" at={backup.drilledAt} suffix=" ago" /> : 'never'],
                backup.drill ? ['Last drill', backup.drill] : null,
                backup.deploymentId
                  ? [
                      'Made by',
                      <Go key="run" className="link" href={paths.deployment(backup.deploymentId)}>
                        its deployment
                      </Go>,
                    ]
                  : null,
              ]}
            />
          </Panel>
        </div>
      </div>
      {open === 'restore' && <RestoreDialog backup={backup} onStarted={follow} onClose={() => setOpen(null)} />}
      {open === 'remove' && <RemoveDialog backup={backup} onClose={() => setOpen(null)} />}
    </>
  )
}
