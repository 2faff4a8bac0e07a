import { useMutation, useQuery } from '@tanstack/react-query'
import type { Job } from '@wheelhouse/contract'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { jobs } from '../../../api/observation/jobs.ts'
import { keys } from '../../../api/keys.ts'
import { useRow } from '../../../api/row-store.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { CheckLine, SelectField, TextField } from '../../../ui/control/field.tsx'
import { Dialog } from '../../../ui/overlay/dialog.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { JobProgress } from '../../observation/jobs/job-progress.tsx'
import { FolderField } from '../deploy/folder-field.tsx'

/** Backs up what the manifest names, of one environment. */
export function CreateDialog({ onClose }: { onClose: () => void }) {
  const [directory, setDirectory] = useState('')
  const [environment, setEnvironment] = useState('')
  const [description, setDescription] = useState('')
  const [parts, setParts] = useState({ database: true, files: true })
  const [told, setTold] = useState(false)
  const [started, setStarted] = useState<Job | null>(null)
  const described = useQuery({
    queryKey: keys.describe({ directory }),
    queryFn: () => client.deployments.describe({ directory }),
    enabled: directory.startsWith('/'),
    retry: false,
  })
  const create = useMutation({
    mutationFn: () =>
      client.backups.create({
        directory,
        ...(environment ? { environment } : {}),
        ...(description.trim() ? { description: description.trim() } : {}),
        ...(parts.database ? {} : { database: false }),
        ...(parts.files ? {} : { files: false }),
      }),
    onSuccess: (job) => {
      jobs.set(job)
      setStarted(job)
    },
  })
  const job = useRow(jobs, started?.id ?? '') ?? started
  const environments = described.data?.environments.map((each) => each.name) ?? []
  const missing = told && !directory.startsWith('/')
  const run = (): void => {
    setTold(true)
    if (directory.startsWith('/')) create.mutate()
  }
  return (
    <Dialog
      wide
      title={described.data?.name ? `Back up ${described.data.name}` : 'Back up a stack'}
      onClose={onClose}
      foot={
        job ? (
          <Button look="primary" onClick={onClose}>
            Close
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Not now</Button>
            <Button look="primary" busy={create.isPending} onClick={run}>
              Back up now
            </Button>
          </>
        )
      }
    >
      {job ? (
        <>
          <JobProgress job={job} />
          <p className="meta pt-2">You can close this; the job goes on, and the top bar brings you back.</p>
        </>
      ) : (
        <div className="flex flex-col gap-3">
          {create.error && <TroubleBox trouble={wordsFor(create.error)} />}
          <FolderField
            value={directory}
            error={
              missing
                ? 'Give the whole path of the folder, such as /srv/shop.'
                : described.error
                  ? wordsFor(described.error).what
                  : null
            }
            onChange={setDirectory}
          />
          {environments.length > 1 && (
            <SelectField
              label="Environment"
              value={environment}
              onChange={(event) => setEnvironment(event.target.value)}
            >
              <option value="">{described.data?.environment ?? 'The default'} (its default)</option>
              {environments.map((each) => (
                <option key={each} value={each}>
                  {each}
                </option>
              ))}
            </SelectField>
          )}
          <TextField
            label="What for"
            aside="optional"
            hint="Stands in the list, such as: before the price import."
            value={description}
            onChange={(event) => setDescription(event.target.value)}
          />
          <CheckLine
            label="Databases, as the manifest says"
            checked={parts.database}
            onChange={(event) => setParts({ ...parts, database: event.target.checked })}
          />
          <CheckLine
            label="Files and volumes, as the manifest says"
            checked={parts.files}
            onChange={(event) => setParts({ ...parts, files: event.target.checked })}
          />
        </div>
      )}
    </Dialog>
  )
}
