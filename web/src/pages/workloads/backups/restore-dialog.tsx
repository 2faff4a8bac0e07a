import { useMutation, useQuery } from '@tanstack/react-query'
import type { Backup, Job } from '@wheelhouse/contract'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { PlanView } from '../../../ui/code/plan-view.tsx'
import { CheckLine } from '../../../ui/control/field.tsx'
import { moment } from '../../../ui/format/age.ts'
import { listed } from '../../../ui/format/number.ts'
import { DestroyDialog } from '../../../ui/overlay/destroy-dialog.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { EnvironmentTag } from '../../../ui/state/environment.tsx'

interface Props {
  readonly backup: Backup
  readonly onStarted: (job: Job) => void
  readonly onClose: () => void
}

/** Names what the restore replaces, by the plan that then runs. */
export function RestoreDialog({ backup, onStarted, onClose }: Props) {
  const [database, setDatabase] = useState(backup.includes.database)
  const [files, setFiles] = useState(backup.includes.files)
  const input = {
    id: backup.id,
    ...(backup.includes.database && !database ? { skipDatabase: true } : {}),
    ...(backup.includes.files && !files ? { skipFiles: true } : {}),
  }
  const plan = useQuery({
    queryKey: keys.plan('backups.restore', input),
    queryFn: () => client.backups.restore.plan(input),
    staleTime: 0,
  })
  const restore = useMutation({
    mutationFn: () => client.backups.restore(input),
    onSuccess: (job) => {
      onStarted(job)
      onClose()
    },
  })
  const replaced = plan.data?.steps.filter((step) => step.verb === 'replace' || step.verb === 'remove') ?? []
  const trouble = restore.error ?? plan.error
  return (
    <DestroyDialog
      title={`Restore ${backup.stack} on ${backup.environment} to ${moment(backup.createdAt)}?`}
      typeName={backup.stack}
      keep="Keep what is there"
      act={`Restore ${backup.stack}`}
      ready={plan.data !== undefined}
      busy={restore.isPending}
      onAct={() => restore.mutate()}
      onClose={onClose}
    >
      <p>
        <EnvironmentTag name={backup.environment} />
      </p>
      {trouble && <TroubleBox trouble={wordsFor(trouble)} retry={() => void plan.refetch()} />}
      {replaced.length > 0 && (
        <p>
          This replaces <b>{listed(replaced.map((step) => step.name))}</b>. What was written there since{' '}
          {moment(backup.createdAt)} is lost. Every checksum is verified before anything is changed.
        </p>
      )}
      {backup.includes.database && (
        <CheckLine
          label="Databases"
          hint="They get the content of the dump."
          checked={database}
          onChange={(event) => setDatabase(event.target.checked)}
        />
      )}
      {backup.includes.files && (
        <CheckLine
          label="Files and volumes"
          hint="Newer files of the same name are overwritten."
          checked={files}
          onChange={(event) => setFiles(event.target.checked)}
        />
      )}
      {plan.isPending && <p className="text-ink-3">Working out what would be replaced…</p>}
      {plan.data && <PlanView plan={plan.data} />}
    </DestroyDialog>
  )
}
