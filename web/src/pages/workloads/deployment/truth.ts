import type { Deployment } from '@wheelhouse/contract'
import { isLive } from '../../../api/deployments.ts'
import { plural } from '../../../ui/format/number.ts'
import { currentStage, stageTitle } from '../deployments/words.ts'

/** One sentence: what happened, or where it stands. Never more than is known. */
export function sentenceOf(run: Deployment): string {
  if (run.outcome) return run.outcome.summary
  const stage = currentStage(run)
  const release = run.release ? `r${run.release.number}` : 'the new release'
  switch (run.state) {
    case 'queued':
      return run.queue
        ? `It waits as number ${run.queue.position} in the queue. ${run.queue.reason}`
        : 'It waits for its turn. Nothing has been changed.'
    case 'waiting':
      return `It waits for approval before ${stageTitle(run.approval?.stage ?? stage?.name ?? 'the next stage').toLowerCase()}.`
    case 'rolling-back':
      return `${release} is being taken back${stage ? `, now at ${stageTitle(stage.name).toLowerCase()}` : ''}.`
    case 'running': {
      const done = run.stages.filter((each) => each.state === 'done' || each.state === 'skipped').length
      const head = stage ? `${stageTitle(stage.name)} runs` : 'It begins'
      return `${head}: ${done} of ${plural(run.stages.length, 'stage')} done.`
    }
    default:
      return 'It has ended; what it left is being looked at.'
  }
}

export interface Fact {
  readonly term: string
  readonly lines: readonly string[]
  readonly tone?: 'failed' | 'running'
  readonly about?: string
}

/** The four columns below the sentence. */
export function factsOf(run: Deployment): Fact[] {
  const { outcome } = run
  const before = run.previous ? `r${run.previous.number}` : null
  if (!outcome) {
    const stage = currentStage(run)
    const undoes = run.options.rollbackOnError !== false
    return [
      {
        term: 'Now',
        lines: [stage ? stage.message || stageTitle(stage.name) : 'Not begun'],
        ...(stage && stage.tasks.length > 0 ? { about: tasksSaid(stage) } : {}),
      },
      { term: 'Brings', lines: [run.release ? `r${run.release.number}` : 'a new release'], about: run.strategy },
      { term: 'Served before', lines: [before ?? 'Nothing, this is the first'] },
      {
        term: 'If it fails',
        lines: [undoes ? 'Every stage is undone, in reverse' : 'It stays as it stands then'],
        about: undoes ? (before ? `${before} serves again` : 'nothing is left running') : 'rollback on error is off',
      },
    ]
  }
  const lost = outcome.notUndone
  return [
    {
      term: 'Runs now',
      lines: outcome.running.length > 0 ? outcome.running : ['Nothing of this run'],
      ...(outcome.running.length > 0 ? { tone: 'running' as const } : {}),
    },
    lost.length === 0
      ? { term: 'Not undone', lines: [run.state === 'succeeded' ? 'Nothing had to be' : 'Nothing is left behind'] }
      : { term: 'Not undone', lines: lost, tone: 'failed' },
    {
      term: 'Decided by',
      lines: [
        outcome.check
          ? outcome.check.name
          : outcome.stage
            ? stageTitle(outcome.stage)
            : run.state === 'cancelled'
              ? 'a person'
              : 'all checks passed',
      ],
      ...(outcome.check && outcome.stage ? { about: `in ${stageTitle(outcome.stage).toLowerCase()}` } : {}),
    },
    {
      term: 'Kept',
      lines: [
        [
          before !== null && run.state === 'succeeded' && `${before} for the way back`,
          run.backupId && 'the backup made before it',
        ]
          .filter(Boolean)
          .join(', ') ||
          (before ?? 'Nothing older'),
      ],
      ...(run.switchGapMs === null ? {} : { about: `switch gap ${Math.round(run.switchGapMs)} ms` }),
    },
  ]
}

function tasksSaid(stage: Deployment['stages'][number]): string {
  const done = stage.tasks.filter((task) => task.state === 'done').length
  return `${done} of ${stage.tasks.length} done`
}

/** "running Build · shop 482", for the tab of the browser. */
export function tabTitle(run: Deployment, title: string, word: string): string {
  const stage = isLive(run) ? currentStage(run) : undefined
  return `${stage ? `${word}, ${stageTitle(stage.name).toLowerCase()}` : word} · ${title} of ${run.stack}`
}
