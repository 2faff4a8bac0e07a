import { Undo2, Upload } from 'lucide-react'
import { type ReactNode, useMemo, useState } from 'react'
import { useMay } from '../../../api/may.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { useKeys } from '../../../ui/control/keys.ts'
import { Go } from '../../../ui/control/link.tsx'
import { plural } from '../../../ui/format/number.ts'
import { Panel } from '../../../ui/page/panel.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { RunTable } from '../deployments/run-table.tsx'
import { useDeploymentRows } from '../deployments/use-deployment-rows.ts'
import { ReleaseTable } from '../releases/release-table.tsx'
import { RollbackDialog } from '../releases/rollback-dialog.tsx'
import { useReleases } from '../releases/use-releases.ts'

const shown = 12

/** What was deployed to a stack, and the releases that are kept of it. */
export function StackHistory({ stack, above }: { stack: string; above: ReactNode }) {
  const may = useMay()
  const filter = useMemo(() => ({ q: '', stack, environment: '', state: '' }), [stack])
  const { asked, queue, rows } = useDeploymentRows(filter)
  const releases = useReleases(stack)
  const [undoing, setUndoing] = useState<{ environment: string; release?: number } | null>(null)
  const [chosen, setChosen] = useState<readonly string[]>([])
  const runs = may('deployments.run')
  const kept = [...(releases.data ?? [])].sort((a, b) => b.createdAt.localeCompare(a.createdAt))
  const environments = [...new Set(kept.map((release) => release.environment))].sort()
  const all = [...queue, ...rows]
  const query = `?stack=${encodeURIComponent(stack)}`
  useKeys(
    'History',
    runs && environments[0]
      ? [{ keys: 'u', label: 'Roll back…', run: () => setUndoing({ environment: environments[0] ?? '' }) }]
      : [],
  )
  const pair = kept.filter((release) => chosen.includes(release.id))
  const [newer, older] = pair
  return (
    <div className="page pt-3!">
      <div className="panels">
        {above}
        {asked.error && <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />}
        <Panel
          title="Deployments"
          flush
          actions={
            runs && (
              <Go className="btn" href={paths.newDeployment({ stack })}>
                <Upload className="icon-s" aria-hidden />
                Deploy…
              </Go>
            )
          }
          foot={
            all.length > shown ? (
              <Go className="link" href={paths.deployments(query)}>
                All deployments of {stack}
              </Go>
            ) : undefined
          }
        >
          {asked.isPending && <Skeleton rows={4} />}
          {asked.data && all.length === 0 && (
            <Empty title="It was never deployed from source.">
              It was applied from its file. A deployment adds builds, checks and releases to go back to.
            </Empty>
          )}
          {all.length > 0 && <RunTable rows={all.slice(0, shown)} />}
        </Panel>
        {kept.length > 0 && (
          <Panel
            title="Releases"
            flush
            actions={
              <>
                <Go
                  className="btn"
                  href={newer && older ? paths.compareReleases(older.id, newer.id) : paths.releases(query)}
                >
                  {newer && older ? `Compare r${older.number} and r${newer.number}` : 'All releases'}
                </Go>
                {runs &&
                  environments.map((environment) => (
                    <Button key={environment} icon={Undo2} onClick={() => setUndoing({ environment })}>
                      {environments.length === 1 ? 'Roll back…' : `Roll back ${environment}…`}
                    </Button>
                  ))}
              </>
            }
            foot={`${plural(kept.length, 'release')} kept`}
          >
            <ReleaseTable
              rows={kept.slice(0, shown)}
              chosen={chosen}
              onChoose={(id) =>
                setChosen((now) => (now.includes(id) ? now.filter((each) => each !== id) : [...now, id].slice(-2)))
              }
              entries={(release) =>
                runs && release.state === 'good'
                  ? [
                      {
                        label: `Roll back to r${release.number}…`,
                        icon: Undo2,
                        run: () => setUndoing({ environment: release.environment, release: release.number }),
                      },
                    ]
                  : []
              }
            />
          </Panel>
        )}
      </div>
      {undoing && (
        <RollbackDialog
          stack={stack}
          environment={undoing.environment}
          {...(undoing.release === undefined ? {} : { release: undoing.release })}
          onClose={() => setUndoing(null)}
        />
      )}
    </div>
  )
}
