import type { Deployment } from '@wheelhouse/contract'
import { paths } from '../../../paths.ts'
import { Go } from '../../../ui/control/link.tsx'
import { moment } from '../../../ui/format/age.ts'
import { listed } from '../../../ui/format/number.ts'
import { Facts, Panel } from '../../../ui/page/panel.tsx'
import { flagWords, triggerWords } from '../deployments/words.ts'

/** What it was started with, and what belongs to it. */
export function AboutPanel({ run }: { run: Deployment }) {
  const { directory, reason } = run.options
  const flags = flagWords(run.options)
  return (
    <Panel title="About">
      <Facts
        rows={[
          ['Apps', run.apps.length === 0 ? 'all' : listed(run.apps, 8)],
          ['Strategy', run.strategy],
          flags.length > 0 ? ['Flags', flags.join(', ')] : null,
          typeof reason === 'string' && reason !== '' ? ['Reason', reason] : null,
          ['Started by', `${triggerWords(run)}${run.trigger.kind === 'person' ? '' : `, for ${run.requestedBy}`}`],
          ['Asked for', moment(run.createdAt)],
          run.finishedAt ? ['Ended', moment(run.finishedAt)] : null,
          typeof directory === 'string'
            ? [
                'Folder',
                <span key="folder" className="mono">
                  {directory}
                </span>,
              ]
            : null,
          run.targets.length > 0
            ? [
                'Targets',
                <span key="targets" className="flex flex-wrap gap-x-2">
                  {run.targets.map((target) => (
                    <Go key={target.id} className="link" href={paths.target(target.id)}>
                      {target.name}
                    </Go>
                  ))}
                </span>,
              ]
            : null,
          run.backupId
            ? [
                'Backup',
                <Go key="backup" className="link mono" href={paths.backup(run.backupId)}>
                  {run.backupId}
                </Go>,
              ]
            : null,
          run.migrated ? ['Migration', 'ran; a rollback to an older release may not fit the data'] : null,
        ]}
      />
    </Panel>
  )
}
