import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useEffect } from 'react'
import { deploymentEnded } from '@wheelhouse/contract/workloads/deployment-states'
import { client } from '../../../api/client.ts'
import { deployments, isLive } from '../../../api/deployments.ts'
import { keys } from '../../../api/keys.ts'
import { useRow } from '../../../api/row-store.ts'
import { paths } from '../../../paths.ts'
import { Unready } from '../../../shell/unready.tsx'
import { useParam, useSetParams } from '../../../ui/control/use-url.ts'
import { PageHead } from '../../../ui/page/head.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Badge } from '../../../ui/state/badge.tsx'
import { EnvironmentTag } from '../../../ui/state/environment.tsx'
import { Took } from '../../../ui/state/took.tsx'
import { deploymentGlyph, releaseWords, stateWord, titleOf, triggerWords } from '../deployments/words.ts'
import { ComparePanel } from '../../observation/axis/compare-panel.tsx'
import { AboutPanel } from './about-panel.tsx'
import { ApprovalPanel } from './approval-panel.tsx'
import { RunLog } from './log/run-log.tsx'
import { Pipeline } from './pipeline.tsx'
import { RunActions } from './run-actions.tsx'
import { TaskBars } from './task-bars.tsx'
import { tabTitle } from './truth.ts'
import { TruthPanel } from './truth-panel.tsx'

/** One run as it goes, or as it went. */
export function DeploymentPage() {
  const { id = '' } = useParams({ strict: false })
  const row = useRow(deployments, id)
  const asked = useQuery({
    queryKey: keys.deployments(id),
    queryFn: () => client.deployments.get({ id }),
    enabled: !row,
  })
  // From here on the channel keeps it up to date.
  useEffect(() => {
    if (asked.data && !deployments.get(id)) deployments.set(asked.data)
  }, [asked.data, id])
  const [stage] = useParam('stage')
  const [task] = useParam('task')
  const [against, setAgainst] = useParam('compare', 'before')
  const setParams = useSetParams()
  const run = row ?? asked.data
  const crumbs = [{ label: 'Deployments', href: paths.deployments() }]
  if (!run)
    return (
      <Unready
        title="Deployment"
        crumbs={crumbs}
        asked={asked}
        wayOut={{ label: 'Open deployments', href: paths.deployments() }}
      />
    )
  const title = titleOf(run)
  const word = stateWord(run.state)
  const choose = (next: string): void => setParams({ stage: next, task: null })
  const chooseTask = (ofStage: string) => (next: string) => setParams({ stage: ofStage, task: next })
  const told = run.stages.find((each) => each.name === stage)
  // Without a choice the bars are those of what runs side by side now, or of the build.
  const parallel =
    told ??
    run.stages.find((each) => each.state === 'running' && each.tasks.length > 1) ??
    run.stages.find((each) => each.name === 'build')
  const place = run.targets.map((target) => target.name).join(', ')
  return (
    <>
      <PageHead
        title={title}
        tab={tabTitle(run, title, word)}
        crumbs={[...crumbs, { label: run.stack, href: paths.deployments(`?stack=${encodeURIComponent(run.stack)}`) }]}
        badge={
          <>
            <Badge state={deploymentGlyph(run.state)}>{word}</Badge>
            <EnvironmentTag name={run.environment} />
          </>
        }
        meta={
          <span className="dotted">
            {place && <span>on {place}</span>}
            <span className="mono text-ink">{releaseWords(run)}</span>
            <span>
              {triggerWords(run)}, <Age at={run.startedAt ?? run.createdAt} suffix=" ago" />
            </span>
            {run.startedAt && (
              <span>
                {isLive(run) ? 'for ' : 'took '}
                <Took of={run} />
              </span>
            )}
          </span>
        }
        actions={<RunActions run={run} />}
      />
      <div className="page pt-1!">
        <TruthPanel run={run} />
        {run.approval && (
          <div className="pt-3">
            <ApprovalPanel run={run} />
          </div>
        )}
        <Pipeline run={run} chosen={stage} onChoose={choose} />
        <div className="run-columns">
          <RunLog run={run} stage={stage} task={task} onStage={choose} onTask={(next) => setParams({ task: next })} />
          <div className="flex flex-col gap-3 min-w-0">
            {parallel && parallel.tasks.length > 0 && (
              <div className="panel">
                <TaskBars stage={parallel} chosen={task} onChoose={chooseTask(parallel.name)} />
              </div>
            )}
            <AboutPanel run={run} />
          </div>
        </div>
        {deploymentEnded(run.state) && run.finishedAt !== null && (
          <div className="pt-3">
            <ComparePanel of={{ deployment: run.id }} against={against} onAgainst={setAgainst} />
          </div>
        )}
      </div>
    </>
  )
}
