import type { Deployment, DeploymentLine } from '@wheelhouse/contract'
import { deploymentEnded } from '@wheelhouse/contract/workloads/deployment-states'
import { type Look, paint } from '../look.ts'
import { glyph } from '../state.ts'
import { duration } from '../units.ts'
import { cleanLog, fit } from '../width.ts'
import { deploymentTitle, ranMs } from './deployments.ts'
import { stageLines } from './stages.ts'

/** What a run waits for: its place in the queue, or a person. */
export function waitingFor(deployment: Deployment): string | null {
  const { state, queue, approval } = deployment
  if (state === 'queued') return queue === null ? 'queued' : `queued, place ${queue.position}: ${queue.reason}`
  if (state !== 'waiting' || approval === null) return null
  return `${approval.stage} waits for ${approval.role}. wh approve ${deployment.id}, or wh refuse ${deployment.id}`
}

/** `│ text` of the last line that was printed. */
export function lastLine(line: DeploymentLine, look: Look): string {
  const who = line.task === null ? line.stage : `${line.stage}/${line.task}`
  const text = fit(cleanLog(`${who}  ${line.text}`, false), (look.width ?? 200) - 5, look.unicode ? '…' : '~')
  return `  ${paint(`${look.unicode ? '│' : '|'} ${text}`, 'dim', look)}`
}

/** All lines of the live view, the newest output last, so that a small window shows what happens. */
export function runLines(
  deployment: Deployment,
  extra: { readonly last: DeploymentLine | null; readonly notice: readonly string[] },
  look: Look,
): string[] {
  const over = deploymentEnded(deployment.state)
  const mark = glyph(deployment.state === 'running' ? 'starting' : deployment.state, look)
  const ms = ranMs(deployment, look.now)
  const width = (look.width ?? 200) - 1
  const ellipsis = look.unicode ? '…' : '~'
  const title = fit(deploymentTitle(deployment), width - 12, ellipsis)
  const lines = [
    `${paint(mark.text, mark.paint, look)} ${paint(title, 'bold', look)}${ms === null ? '' : `  ${paint(duration(ms), 'dim', look)}`}`,
    ...stageLines(deployment, look),
  ]
  const waits = waitingFor(deployment)
  // A command is never cut: it stands on a line of its own.
  for (const line of waits?.split(/(?<=\. )(?=wh )/) ?? [])
    lines.push(`  ${paint(fit(line, width - 2, ellipsis), 'cyan', look)}`)
  if (!over && extra.last !== null) lines.push(lastLine(extra.last, look))
  for (const line of extra.notice) lines.push(`  ${paint(fit(line, width - 2, ellipsis), 'yellow', look)}`)
  return lines
}
