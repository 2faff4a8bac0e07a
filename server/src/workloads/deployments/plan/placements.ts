import { Failure, type Strategy } from '@wheelhouse/contract'
import type { Allowance } from '../../../inventory/policies/index.ts'
import type { Placement, ReleaseContent } from '../../releases/index.ts'
import {
  type BuiltApps,
  type Project,
  type ProjectRendered,
  requireAllowed,
  sealDigests,
  type StackTarget,
} from '../../stacks/index.ts'
import type { DeployRoom } from '../room.ts'
import { bindOf, boundTo } from './bind.ts'
import { onSwarm } from '../swarm/on-swarm.ts'

type Part = Placement['part']
const kindsOf: Record<Part, readonly StackTarget['kind'][]> = {
  processes: ['process', 'os-service'],
  containers: ['docker', 'swarm'],
}
const words: Record<Part, string> = {
  processes: 'processes',
  containers: 'a Docker engine, or a Swarm that is named with target',
}

/** The targets of one part: those the manifest names that fit, else the only fitting one. Throws Failure NOT_FOUND. */
export function targetsFor(room: Pick<DeployRoom, 'targets'>, project: Project, part: Part): StackTarget[] {
  const fits = (target: StackTarget): boolean => kindsOf[part].includes(target.kind)
  if (project.targets !== null) {
    const found = project.targets.map((name) => room.targets.resolve(name)).filter(fits)
    if (found.length > 0) return found
  }
  // Processes belong to processes unless a manager of services is named.
  const usual = room.targets.list().filter((target) => target.kind === kindsOf[part][0])
  if (usual.length === 1) return usual
  const what = `${project.name} needs a target of ${words[part]}`
  if (usual.length === 0) throw new Failure('NOT_FOUND', `${what}, and there is none. Register one first.`)
  throw new Failure('NOT_FOUND', `${what}: name one of ${usual.map((target) => target.name).join(', ')} with target.`)
}

export interface PlacementOptions {
  readonly allowances: Readonly<Record<string, Allowance>>
  readonly strategy: Strategy
  /** Images of apps as a registry has them for the nodes of a Swarm. */
  readonly pushed?: Readonly<Record<string, string>>
  readonly before: ReleaseContent | null
}

function sound(rendered: ProjectRendered): ProjectRendered {
  const error = rendered.problems.find((problem) => problem.severity === 'error')
  if (error) throw new Failure('STACK_INVALID', error.message, { problems: rendered.problems })
  return rendered
}

const warningsOf = ({ problems }: ProjectRendered): string[] =>
  problems.filter(({ severity }) => severity === 'warning').map(({ path, message }) => `${path}: ${message}`)

/** What a project makes of its built apps, on each of its targets, with digests. Throws Failure STACK_INVALID, NOT_FOUND, POLICY_REFUSED. */
export async function placementsOf(
  room: DeployRoom,
  project: Project,
  built: BuiltApps,
  { allowances, strategy, pushed = {}, before }: PlacementOptions,
): Promise<{ placements: Placement[]; notes: string[] }> {
  const rendered = sound(project.render(built))
  const key = await room.stacks.digestKey()
  const placements: Placement[] = []
  const notes: string[] = []
  for (const part of ['processes', 'containers'] as const) {
    const whole = rendered[part]
    if (whole === null) continue
    for (const target of targetsFor(room, project, part)) {
      const allowance = allowances[target.id] ?? 'developer'
      if (target.kind === 'swarm') {
        const services = sound(project.render({ ...built, images: { ...built.images, ...pushed } }, 'swarm'))
        if (services.containers === null) continue
        const placed = await onSwarm(room, target.id, services.containers, { allowance, strategy, before, key })
        placements.push(placed.placement)
        notes.push(...placed.notes, ...warningsOf(services))
        continue
      }
      const bound = boundTo(whole, bindOf(project, target))
      notes.push(...requireAllowed(bound, allowance, room.rulesFor(target.id)))
      placements.push({ targetId: target.id, part, rendered: sealDigests(bound, key) })
    }
  }
  if (placements.length === 0 && Object.keys(project.manifest?.apps ?? {}).length === 0)
    throw new Failure('STACK_INVALID', 'The manifest has no services and no apps: there is nothing to deploy.')
  return { placements, notes: [...new Set(notes)] }
}
