import type { BuiltInStage } from '@wheelhouse/contract'
import { orderedStages, unskippable } from '../plan/stage-names.ts'
import type { ApprovalAsked } from '../saga/approval.ts'
import type { Run } from '../saga/run.ts'
import { appTests } from './app-tests.ts'
import { backup } from './backup.ts'
import { build } from './build.ts'
import { commandStage } from './command.ts'
import { config } from './config.ts'
import { gates } from './gates.ts'
import { lock } from './lock.ts'
import { notify } from './notify.ts'
import { preflight } from './preflight.ts'
import { release } from './release.ts'
import { report } from './report.ts'
import { start } from './start.ts'
import { stop } from './stop.ts'
import { switchOver } from './switch.ts'
import { verify } from './verify.ts'
import { watch } from './watch.ts'

export interface StageDefinition {
  readonly name: string
  /** Why it is left out; null when it runs. */
  readonly skip: string | null
  readonly approval: ApprovalAsked | null
  readonly timeoutMs: number
  /** Answers what it did, a sentence. */
  run(run: Run): Promise<string>
}

const builtIn: Record<BuiltInStage, (run: Run) => Promise<string>> = {
  preflight,
  lock,
  backup,
  config,
  build,
  test: appTests,
  stop,
  release,
  start,
  gates,
  switch: switchOver,
  verify,
  watch,
  report,
  notify,
}
const usualTimeoutMs = 600_000
/** A release that exists is brought as it is: nothing is built or tested anew. */
const ofSourceOnly: readonly string[] = ['build', 'test']

/** The stages of a run, with what this run leaves out, waits for, and how long each may take. */
export async function stagesOf(run: Run): Promise<StageDefinition[]> {
  const project = await run.project()
  const { manifest } = project
  const { flags, kind } = run.request
  const approvals = manifest?.environments?.[run.deployment.environment]?.approvals ?? []
  const skipped = new Map<string, string>([
    ...(manifest?.pipeline?.skip ?? []).map((name) => [name, 'left out by the manifest'] as const),
    ...(flags.skip ?? []).map((name) => [name, `left out with --skip ${name}`] as const),
    ...(flags.skipBackup ? [['backup', 'left out with --skip-backup'] as const] : []),
    ...(flags.skipTests ? [['test', 'left out with --skip-tests'] as const] : []),
    ...(kind === 'deploy' ? [] : ofSourceOnly.map((name) => [name, 'the release is brought as it was built'] as const)),
  ])
  return orderedStages(project).map(({ name, command }): StageDefinition => {
    const asked = approvals.find((approval) => approval.stage === name)
    return {
      name,
      skip: unskippable.includes(name) ? null : (skipped.get(name) ?? null),
      approval: asked === undefined ? null : { role: asked.role ?? 'admin', another: asked.another ?? false },
      timeoutMs: command?.timeout ?? manifest?.pipeline?.timeouts?.[name] ?? usualTimeoutMs,
      run: command === null ? builtIn[name as BuiltInStage] : (run) => commandStage(run, command),
    }
  })
}
