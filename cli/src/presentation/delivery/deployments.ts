import type { Deployment } from '@wheelhouse/contract'
import { type Field, fields, heading } from '../block.ts'
import { type Look, paint } from '../look.ts'
import { glyph, stateCell } from '../state.ts'
import type { Column } from '../table.ts'
import { age, clock, duration, sentenceList } from '../units.ts'
import { clean } from '../width.ts'
import { outcomeText } from './outcome.ts'
import { stageLines } from './stages.ts'

/** How long it ran, or has been running; null while it never began. */
export function ranMs(deployment: Deployment, now: number): number | null {
  if (deployment.startedAt === null) return null
  return (deployment.finishedAt === null ? now : Date.parse(deployment.finishedAt)) - Date.parse(deployment.startedAt)
}

const releaseText = (release: Deployment['release']): string => (release === null ? '-' : String(release.number))

/** Why it ended as it did or what it waits for, in one sentence. */
export function deploymentNote(deployment: Deployment): string {
  const { state, queue, approval, outcome, stage } = deployment
  if (state === 'queued') return queue === null ? '' : `place ${queue.position}: ${queue.reason}`
  if (state === 'waiting') return approval === null ? '' : `${approval.stage} needs ${approval.role}`
  if (outcome !== null) return state === 'succeeded' ? '' : outcome.summary
  return stage ?? ''
}

export const deploymentColumns: readonly Column<Deployment>[] = [
  { head: 'RUN', cell: (d) => ({ text: `${d.stack}/${d.environment}#${d.number}`, paint: 'bold' }), shrink: 14 },
  { head: 'STATE', cell: (d, look) => stateCell(d.state, look) },
  { head: 'KIND', cell: (d) => d.kind, drop: 5 },
  { head: 'RELEASE', align: 'right', cell: (d) => releaseText(d.release), drop: 4 },
  {
    head: 'TOOK',
    align: 'right',
    cell: (d, look) => {
      const ms = ranMs(d, look.now)
      return ms === null ? '-' : duration(ms)
    },
    drop: 6,
  },
  { head: 'AGE', align: 'right', cell: (d, look) => age(d.createdAt, look.now), drop: 3 },
  { head: 'BY', cell: (d) => d.requestedBy, drop: 7 },
  { head: 'STRATEGY', wide: true, cell: (d) => d.strategy, drop: 8 },
  { head: 'TARGETS', wide: true, cell: (d) => d.targets.map((t) => t.name).join(', ') || '-', shrink: 8, drop: 9 },
  { head: 'ID', wide: true, cell: (d) => ({ text: d.id, paint: 'dim' }), drop: 10 },
  {
    head: 'NOTE',
    sparse: true,
    shrink: 16,
    cell: (d) => ({ text: deploymentNote(d), paint: d.state === 'failed' || d.state === 'abandoned' ? 'red' : 'dim' }),
  },
]

/** `Deploying shop to production, run 12`. */
export function deploymentTitle(deployment: Deployment): string {
  const doing = { deploy: 'Deploying', rollback: 'Rolling back', promotion: 'Promoting' }[deployment.kind]
  const release = deployment.release === null ? '' : `, release ${deployment.release.number}`
  const preposition = deployment.kind === 'rollback' ? 'in' : 'to'
  return `${doing} ${deployment.stack} ${preposition} ${deployment.environment}, run ${deployment.number}${release}`
}

function approvalText(deployment: Deployment, look: Look): string | null {
  const { approval } = deployment
  if (approval === null) return null
  if (approval.approved === null) return `${approval.stage} waits for ${approval.role}: wh approve ${deployment.id}`
  const said = approval.approved ? 'approved' : 'refused'
  const when = approval.decidedAt === null ? '' : ` at ${clock(approval.decidedAt, look.now)}`
  const why = approval.reason === null ? '' : `: ${approval.reason}`
  return `${approval.stage} was ${said} by ${approval.decidedBy ?? 'somebody'}${when}${why}`
}

const optionsText = (options: Deployment['options']): string =>
  Object.entries(options)
    .filter(([, value]) => value !== undefined && value !== null && value !== false)
    .map(([key, value]) =>
      value === true ? key : `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    )
    .join(', ')

/** The page of one run: what it is, its stages, and how it ended. */
export function deploymentText(deployment: Deployment, look: Look): string {
  const mark = glyph(deployment.state, look)
  const title = `${deployment.stack}/${deployment.environment}#${deployment.number}`
  const ms = ranMs(deployment, look.now)
  const rows: Field[] = [
    ['id', deployment.id],
    ['kind', deployment.kind],
    ['strategy', deployment.strategy],
    ['targets', sentenceList(deployment.targets.map((target) => target.name))],
    ['apps', deployment.apps.join(', ') || 'all'],
    ['release', deployment.release && `${deployment.release.number}`],
    ['before it', deployment.previous && `release ${deployment.previous.number}`],
    ['options', optionsText(deployment.options)],
    ['backup', deployment.backupId],
    ['started by', `${deployment.requestedBy} (${deployment.trigger.kind}: ${deployment.trigger.name})`],
    ['asked for', clock(deployment.createdAt, look.now)],
    ['took', ms === null ? null : duration(ms)],
    ['migrated', deployment.migrated ? 'yes: a rollback does not undo that without --database' : null, 'yellow'],
    ['switch gap', deployment.switchGapMs === null ? null : duration(deployment.switchGapMs)],
    ['queue', deployment.queue && `place ${deployment.queue.position}: ${deployment.queue.reason}`],
    ['approval', approvalText(deployment, look), deployment.state === 'waiting' ? 'cyan' : undefined],
  ]
  const head = `${paint(mark.text, mark.paint, look)} ${paint(clean(title), 'bold', look)}  ${paint(deployment.state, mark.paint, look)}\n`
  const stages =
    deployment.stages.length === 0 ? '' : `${heading('Stages', look)}${stageLines(deployment, look).join('\n')}\n`
  const outcome = deployment.outcome === null ? '' : `${heading('Outcome', look)}${outcomeText(deployment, look)}`
  return head + fields(rows, look) + stages + outcome
}
