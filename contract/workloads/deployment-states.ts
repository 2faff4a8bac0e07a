// Free of Zod, so that it costs a bundle nothing.

/** `waiting` is for an approval. The last five are ends; each is true of the target. */
export const deploymentStates = [
  'queued',
  'running',
  'waiting',
  'rolling-back',
  'succeeded',
  'rolled-back',
  'failed',
  'abandoned',
  'cancelled',
] as const
export type DeploymentState = (typeof deploymentStates)[number]

const ended: ReadonlySet<DeploymentState> = new Set(['succeeded', 'rolled-back', 'failed', 'abandoned', 'cancelled'])
export const deploymentEnded = (state: DeploymentState): boolean => ended.has(state)

export const stageStates = [
  'waiting',
  'running',
  'approval',
  'done',
  'failed',
  'skipped',
  'undoing',
  'undone',
  'undo-failed',
] as const
export type StageState = (typeof stageStates)[number]

export const strategies = ['recreate', 'rolling', 'blue-green', 'canary'] as const
export type Strategy = (typeof strategies)[number]

/** The stages of every run, in order. Commands of the manifest stand between them. */
export const builtInStages = [
  'preflight',
  'lock',
  'backup',
  'config',
  'build',
  'test',
  'stop',
  'release',
  'start',
  'gates',
  'switch',
  'verify',
  'watch',
  'report',
  'notify',
] as const
export type BuiltInStage = (typeof builtInStages)[number]
