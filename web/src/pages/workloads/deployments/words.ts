import type { Deployment, Stage, StageState } from '@wheelhouse/contract'
import type { DeploymentState } from '@wheelhouse/contract/workloads/deployment-states'
import type { GlyphState } from '../../../ui/state/glyph.tsx'

const glyphs: Record<DeploymentState, GlyphState> = {
  queued: 'queued',
  running: 'starting',
  waiting: 'paused',
  'rolling-back': 'rolling-back',
  succeeded: 'succeeded',
  'rolled-back': 'rolled-back',
  failed: 'failed',
  abandoned: 'abandoned',
  cancelled: 'cancelled',
}
export const deploymentGlyph = (state: DeploymentState): GlyphState => glyphs[state]

/** "rolled back", "waiting for approval": the state as it is said. */
export const stateWord = (state: DeploymentState): string =>
  state === 'waiting' ? 'waiting for approval' : state.replace('-', ' ')

const stageGlyphs: Record<StageState, GlyphState> = {
  waiting: 'queued',
  running: 'starting',
  approval: 'paused',
  done: 'succeeded',
  failed: 'failed',
  skipped: 'cancelled',
  undoing: 'rolling-back',
  undone: 'rolled-back',
  'undo-failed': 'failed',
}
export const stageGlyph = (state: StageState): GlyphState => stageGlyphs[state]

const titles: Record<string, string> = {
  backup: 'Back up',
  gates: 'Health gates',
  watch: 'Watch',
  stop: 'Stop',
}
/** "Preflight", "Back up"; a command of the manifest keeps its own name with a capital. */
export const stageTitle = (name: string): string =>
  titles[name] ?? `${name[0]?.toUpperCase() ?? ''}${name.slice(1).replaceAll('-', ' ')}`

/** "Deployment 482", "Rollback 483", "Promotion 12". */
export function titleOf({ kind, number }: Pick<Deployment, 'kind' | 'number'>): string {
  return `${kind === 'deploy' ? 'Deployment' : kind === 'rollback' ? 'Rollback' : 'Promotion'} ${number}`
}

/** "r117 → r118", or the one of the two that is known. */
export function releaseWords({ release, previous }: Pick<Deployment, 'release' | 'previous'>): string {
  if (release && previous && release.id !== previous.id) return `r${previous.number} → r${release.number}`
  return release ? `r${release.number}` : previous ? `r${previous.number}` : ''
}

/** Who or what began it. */
export function triggerWords({ trigger, requestedBy }: Pick<Deployment, 'trigger' | 'requestedBy'>): string {
  if (trigger.kind === 'person') return requestedBy
  return `${trigger.kind} ${trigger.name}`
}

export const currentStage = (deployment: Pick<Deployment, 'stage' | 'stages'>): Stage | undefined =>
  deployment.stages.find((stage) => stage.name === deployment.stage)

/** The sentence of a row: why it failed, why it waits, or where it stands. Empty when its state says it all. */
export function evidenceOf(deployment: Deployment): string {
  switch (deployment.state) {
    case 'queued':
      return deployment.queue ? `${deployment.queue.position} in the queue. ${deployment.queue.reason}` : ''
    case 'waiting':
      return deployment.approval
        ? `${stageTitle(deployment.approval.stage)} waits for the approval of a ${deployment.approval.role}.`
        : ''
    case 'running':
    case 'rolling-back': {
      const stage = currentStage(deployment)
      if (!stage) return ''
      const undoing = deployment.state === 'rolling-back'
      const message = undoing ? (stage.undo?.message ?? '') : stage.message
      const head = undoing ? `Undoing ${stageTitle(stage.name).toLowerCase()}` : stageTitle(stage.name)
      return message === '' ? `${head}…` : `${head}: ${message}`
    }
    case 'succeeded':
      return ''
    default:
      return deployment.outcome?.summary ?? ''
  }
}

/** Flags that were set, as a person would say them. */
export function flagWords(options: Record<string, unknown>): string[] {
  const said: Record<string, string> = {
    skipBackup: 'no backup',
    skipBuild: 'no build',
    skipTests: 'no tests',
    force: 'goes on after warnings',
    rollbackDatabase: 'restores the database on rollback',
  }
  const words = Object.entries(said).flatMap(([flag, word]) => (options[flag] === true ? [word] : []))
  if (options.rollbackOnError === false) words.push('is not undone when it fails')
  if (options.parallel === false) words.push('one build after another')
  if (Array.isArray(options.skip) && options.skip.length > 0) words.push(`without ${options.skip.join(', ')}`)
  return words
}
