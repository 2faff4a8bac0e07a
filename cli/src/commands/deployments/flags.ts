import type { DeploymentFlags, Strategy } from '@wheelhouse/contract'
import { strategies } from '@wheelhouse/contract/workloads/deployment-states'
import type { Command } from 'commander'
import { listed, type SourceOptions } from '../../delivery/source.ts'
import { usage } from '../../failure.ts'
import { nearestHint } from '../../nearest.ts'

const collect = (text: string, before: string[] = []): string[] => [...before, text]

export interface RunOptions extends SourceOptions {
  target?: string
  strategy?: string
  skipBackup?: boolean
  skipBuild?: boolean
  skipTests?: boolean
  skip?: string[]
  force?: boolean
  rollbackOnError?: boolean
  rollbackDatabase?: boolean
  parallel?: boolean
  reason?: string
  var?: string[]
  dryRun?: boolean
  yes?: boolean
  detach?: boolean
  verbose?: boolean
}

export const addSource = (command: Command): Command =>
  command
    .option('-f, --file <file>', 'the manifest or its folder; wheelhouse.yaml in this folder unless told')
    .option('-e, --environment <name>', 'as the manifest names it; its only one or its default unless told')

export const addRunFlags = (command: Command): Command =>
  command
    .option('--skip-backup', 'no backup before anything is changed')
    .option('--skip-build', 'take the artefacts of the release that serves')
    .option('--skip-tests', 'no test stage')
    .option('--skip <stage,…>', 'leave out further stages', collect)
    .option('--force', 'go on although preflight warns')
    .option('--rollback-on-error', 'undo everything when a stage fails; on unless told')
    .option('--no-rollback-on-error', 'leave things as they are when a stage fails')
    .option('--rollback-database', 'a rollback also restores the dump of this run')
    .option('--parallel', 'build apps beside each other; on unless told')
    .option('--no-parallel', 'build one app after the other')
    .option(`--strategy <${strategies.join('|')}>`, 'instead of the one the manifest names')
    .option('--reason <text>', 'why, for the history')

export const addRunEnd = (command: Command): Command =>
  command
    .option('--dry-run', 'show the plan and preflight, change nothing')
    .option('-y, --yes', 'do not ask')
    .option('--detach', 'print its id and leave it running')
    .option('--verbose', 'also print what the stages print')

/** The flags as the API takes them; what was not told stays away. */
export function runFlags(options: RunOptions): DeploymentFlags {
  const { strategy } = options
  if (strategy !== undefined && !(strategies as readonly string[]).includes(strategy))
    throw usage(`--strategy takes ${strategies.join(', ')}, not "${strategy}".${nearestHint(strategy, strategies)}`)
  const skip = listed(options.skip ?? [])
  return {
    strategy: strategy as Strategy | undefined,
    skipBackup: options.skipBackup,
    skipBuild: options.skipBuild,
    skipTests: options.skipTests,
    skip: skip.length > 0 ? skip : undefined,
    force: options.force,
    rollbackOnError: options.rollbackOnError,
    rollbackDatabase: options.rollbackDatabase,
    parallel: options.parallel,
    reason: options.reason,
  }
}

/** `--var NAME=VALUE`, several times. */
export function variablesOf(texts: readonly string[] | undefined): Record<string, string> | undefined {
  if (!texts) return undefined
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=')
      if (at < 1) throw usage('--var takes NAME=VALUE.')
      return [text.slice(0, at), text.slice(at + 1)]
    }),
  )
}

export const addVariables = (command: Command): Command =>
  command.option('--var <NAME=VALUE>', 'a value for ${NAME} in the manifest', collect)
