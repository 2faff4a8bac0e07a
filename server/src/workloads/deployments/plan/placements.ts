import { Failure, type Strategy } from '@wheelhouse/contract'
import type { Allowance } from '../../../inventory/policies/index.ts'
import type { PlacedObject, Placement, ReleaseContent } from '../../releases/index.ts'
import {
  bindObjects,
  type BuiltApps,
  type Project,
  type ProjectRendered,
  type Rendered,
  requireAllowed,
  sealDigests,
  type StackTarget,
} from '../../stacks/index.ts'
import type { DeployRoom } from '../room.ts'
import { bindOf, boundTo } from './bind.ts'
import { byStrategy, withImages } from './for-swarm.ts'
import { pinnedImages } from './pinned-images.ts'

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

/** With the names that its secrets and configs have there. */
async function onSwarmOf(room: DeployRoom, targetId: string, rendered: Rendered, key: string): Promise<Placement> {
  const { cluster } = room.targets.connection(targetId)
  if (!cluster) throw new Failure('CAPABILITY_MISSING', `${targetId} is no Swarm.`, { capability: 'swarm' })
  const bound = await bindObjects(cluster, rendered, key)
  const objects = bound.objects.map(({ spec: { kind, name }, name: as }): PlacedObject => ({ kind, name, as }))
  return { targetId, part: 'containers', rendered: sealDigests(bound.rendered, key), objects }
}

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
      if (target.kind === 'swarm') {
        const services = sound(project.render({ ...built, images: { ...built.images, ...pushed } }, 'swarm'))
        if (services.containers === null) continue
        const pins = await pinnedImages(room, target.id, services.containers, before)
        const planned = withImages(byStrategy(services.containers, strategy), pins.pinned)
        notes.push(...pins.notes)
        notes.push(...requireAllowed(planned, allowances[target.id] ?? 'developer', room.rulesFor(target.id)))
        placements.push(await onSwarmOf(room, target.id, planned, key))
        continue
      }
      const bound = boundTo(whole, bindOf(project, target))
      notes.push(...requireAllowed(bound, allowances[target.id] ?? 'developer', room.rulesFor(target.id)))
      placements.push({ targetId: target.id, part, rendered: sealDigests(bound, key) })
    }
  }
  if (placements.length === 0 && Object.keys(project.manifest?.apps ?? {}).length === 0)
    throw new Failure('STACK_INVALID', 'The manifest has no services and no apps: there is nothing to deploy.')
  return { placements, notes: [...new Set(notes)] }
}
