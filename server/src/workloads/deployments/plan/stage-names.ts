import { builtInStages } from '@wheelhouse/contract'
import type { CommandEntry, Project } from '../../stacks/index.ts'

/** Without them there would be no deployment, or nobody would know of it. */
export const unskippable: readonly string[] = ['lock', 'stop', 'release', 'start', 'switch', 'report']

const titles: Record<(typeof builtInStages)[number], string> = {
  preflight: 'Preflight',
  lock: 'Lock',
  backup: 'Backup',
  config: 'Config',
  build: 'Build',
  test: 'Test',
  stop: 'Stop',
  release: 'Release',
  start: 'Start',
  gates: 'Health gates',
  switch: 'Switch',
  verify: 'Verify',
  watch: 'Watch',
  report: 'Report',
  notify: 'Notify',
}

export interface StageName {
  readonly name: string
  readonly title: string
  readonly skippable: boolean
  /** Null for a stage of every run. */
  readonly command: CommandEntry | null
}

/** The stages of a run in their order: those of every run, and between them the commands of the manifest. */
export function orderedStages(project: Project): StageName[] {
  const commands = (project.manifest?.pipeline?.commands ?? []).filter(
    (command) => command.environments === undefined || command.environments.includes(project.environment),
  )
  const placed = (side: 'before' | 'after', name: string): StageName[] =>
    commands.filter((command) => command[side] === name).flatMap((command) => around(command))
  const around = (command: CommandEntry): StageName[] => [
    ...placed('before', command.name),
    { name: command.name, title: command.name, skippable: true, command },
    ...placed('after', command.name),
  ]
  return builtInStages.flatMap((name) => [
    ...placed('before', name),
    { name, title: titles[name], skippable: !unskippable.includes(name), command: null },
    ...placed('after', name),
  ])
}

export const stageNames = (project: Project): { name: string; title: string; skippable: boolean }[] =>
  orderedStages(project).map(({ name, title, skippable }) => ({ name, title, skippable }))
