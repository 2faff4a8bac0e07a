import type { Plan, PlanStep, Strategy } from '@wheelhouse/contract'
import { countVerbs, planDigest } from '../../../dispatch/index.ts'
import type { Placement } from '../../releases/index.ts'
import type { Project, Workload } from '../../stacks/index.ts'
import { builderOf } from '../build/build-app.ts'
import type { DeployRoom } from '../room.ts'
import { Mask } from '../saga/lines.ts'
import { type Change, changesOf, restartsAfter } from './changes.ts'
import { leavingOf } from './leaving.ts'
import { orderedStages } from './stage-names.ts'

export interface PlanInput {
  readonly project: Project
  readonly placements: readonly Placement[]
  readonly strategy: Strategy
  readonly apps: readonly string[]
  readonly skipped: ReadonlySet<string>
  readonly previous: { readonly number: number; readonly placements: readonly Placement[] } | null
  readonly notes: readonly string[]
  /** Its config files are rendered anew; those of a release that is brought back are as they were. */
  readonly rendersFiles: boolean
  /** Only those of these apps; null for all. */
  readonly files: readonly string[] | null
  /** `Deploy` or `Bring back release 3 of`. */
  readonly verb: string
}

const words: Record<PlanStep['verb'], string> = {
  create: 'to create',
  change: 'to change',
  replace: 'to replace',
  remove: 'to remove',
  keep: 'to keep',
}

/** What a run would do, from its builds to the services it replaces, with what it would leave alone. Changes nothing. */
export async function planOf(room: DeployRoom, input: PlanInput): Promise<Plan> {
  const { project } = input
  const before = (targetId: string, name: string): Workload | null =>
    input.previous?.placements
      .filter((placement) => placement.targetId === targetId)
      .flatMap((placement) => placement.rendered.workloads)
      .find((workload) => workload.spec.name === name) ?? null
  const changes = changesOf(room, { placements: input.placements, strategy: input.strategy, release: 0, before })
  const mask = new Mask()
  const { config } = project
  if (config !== null) mask.add([...config.secretKeys].map((key) => config.values[key] ?? ''))
  // Commands and options may have been written with values of the config in them.
  const steps: PlanStep[] = mask.hideIn([
    ...stageSteps(input),
    ...(input.rendersFiles ? await fileSteps(room, project, input.files) : []),
    ...appSteps(room, input),
    ...changes.map((change) => serviceStep(change, changes, input.apps)),
    ...leavingOf(room, input.placements, changes, before).map(({ service, first }) => ({
      verb: 'remove' as const,
      kind: 'service' as const,
      name: service.name,
      reasons: ['it is not in the manifest any more', ...(first === null ? [] : [`it stops first: ${first}`])],
    })),
    ...routeSteps(changes),
  ])
  const counts = countVerbs(steps)
  const told = Object.entries(words).flatMap(([verb, word]) => (counts[verb] ? [`${counts[verb]} ${word}`] : []))
  return {
    summary: `${input.verb} ${project.name} to ${project.environment} (${input.strategy}): ${told.join(', ') || 'nothing changes'}.`,
    steps,
    counts,
    warnings: mask.hideIn([...input.notes, ...warningsOf(input, changes)]),
    kept: input.previous === null ? [] : [`Release ${input.previous.number}, which serves now, is kept to return to.`],
    digest: planDigest([
      steps,
      input.placements.map(({ targetId, rendered }) => [targetId, rendered.workloads.map(({ spec }) => spec.digest)]),
    ]),
  }
}

const stageSteps = ({ project, skipped }: PlanInput): PlanStep[] =>
  orderedStages(project)
    .filter(({ name, skippable }) => skippable && skipped.has(name))
    .map(({ name }) => ({ verb: 'keep', kind: 'stage', name, reasons: ['left out'] }))

async function fileSteps(room: DeployRoom, project: Project, apps: readonly string[] | null): Promise<PlanStep[]> {
  if ((project.manifest?.config?.templates ?? []).length === 0) return []
  const files = await room.configs.render(project, apps)
  return files.map((file) => ({
    verb: file.before === null ? 'create' : file.before === file.text ? 'keep' : 'change',
    kind: 'file',
    name: file.to,
    reasons:
      file.before !== null && file.before !== file.text
        ? ['the values differ: wh config sync --dry-run shows where']
        : [],
  }))
}

function appSteps(room: DeployRoom, { project, apps, skipped }: PlanInput): PlanStep[] {
  return apps.map((name) => {
    const entry = project.manifest!.apps![name]!
    const { builder, options } = builderOf(room, name, entry)
    const environment = Object.fromEntries(
      Object.entries(entry.environment ?? {}).map(([key, value]) => [key, String(value ?? '')]),
    )
    const reasons = skipped.has('build')
      ? ['taken over from the release that serves']
      : builder.steps(options, environment).map((step) => step.argv.join(' '))
    return { verb: skipped.has('build') ? 'keep' : 'create', kind: 'app', name, reasons }
  })
}

const waysOf: Record<Change['mode'], string> = {
  keep: 'as it is',
  beside: 'beside the old one',
  'in-place': 'after the old one has stopped',
  update: 'task by task, as its update policy says',
}

function serviceStep(change: Change, changes: readonly Change[], apps: readonly string[]): PlanStep {
  const { workload, mode, current, reasons } = change
  const app = workload.deploy?.app ?? null
  // Before it is built nobody knows whether an app comes out as it was.
  const rebuilt = app !== null && apps.includes(app)
  const verb = current === null ? 'create' : mode === 'keep' && !rebuilt ? 'keep' : 'replace'
  const [after] = restartsAfter(change, changes)
  if (verb === 'keep' && after !== undefined) {
    const reasons = [`restart: ${after.workload.spec.service} is made anew`]
    return { verb: 'change', kind: 'service', name: workload.spec.name, reasons }
  }
  const how = current === null || verb === 'keep' ? [] : [waysOf[mode]]
  const why = rebuilt && current !== null ? [`${app} is built anew`] : reasons
  return { verb, kind: 'service', name: workload.spec.name, reasons: [...why, ...how] }
}

function routeSteps(changes: readonly Change[]): PlanStep[] {
  const seen = new Set<string>()
  return changes.flatMap(({ workload, current }): PlanStep[] => {
    const expose = workload.deploy?.expose ?? null
    if (expose === null || seen.has(workload.spec.service)) return []
    seen.add(workload.spec.service)
    return [
      {
        verb: current === null ? 'create' : 'change',
        kind: 'route',
        name: `port ${expose.port}`,
        reasons: [`${expose.proxy} leads it to ${workload.spec.service}`],
      },
    ]
  })
}

function warningsOf(input: PlanInput, changes: readonly Change[]): string[] {
  const { manifest } = input.project
  const hindered = changes
    .filter((change) => change.hindrance !== null && change.current !== null)
    .map((change) => `${change.workload.spec.name} stops before the new one starts: ${change.hindrance}.`)
  const migrates = input.apps.some((app) => ['laravel'].includes(manifest?.apps?.[app]?.builder ?? ''))
  const skipsBackup = input.skipped.has('backup') && migrates
  return [
    ...hindered,
    ...(skipsBackup
      ? ['A migration may run and no backup is made: a rollback could not bring the database back.']
      : []),
    ...input.project.problems
      .filter((problem) => problem.severity === 'warning')
      .map((problem) => (problem.line === null ? problem.message : `line ${problem.line}: ${problem.message}`)),
  ]
}
