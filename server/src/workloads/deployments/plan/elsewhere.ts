import type { Placement, ReleaseContent } from '../../releases/index.ts'
import { type Project, stackIdOf } from '../../stacks/index.ts'
import type { DeployRoom } from '../room.ts'
import { digestLabel, isUp } from '../steps/instances.ts'

const pairOf = ({ targetId, rendered }: Placement): string => stackIdOf(targetId, rendered.name)

/** Whether a release was made of the same manifest, also where its name has changed since. */
const isOfManifest = (content: ReleaseContent, project: Project): boolean =>
  content.name === project.name ||
  (project.directory !== null && content.directory === project.directory && content.manifestFile === project.file)

/**
 * What earlier releases of this manifest brought under another name or to another target, and is still up there: a run leaves it as it
 * is, because it may be wanted. A sentence for each stack and target.
 */
export async function leftElsewhere(
  room: Pick<DeployRoom, 'releases' | 'targets'>,
  project: Project,
  placements: readonly Placement[],
): Promise<string[]> {
  const here = new Set(placements.map(pairOf))
  const found = new Map<string, Placement>()
  // What serves as the stack of another manifest is in use, whoever brought it first.
  const used = new Set<string>()
  for (const release of await room.releases.store.list({ environment: project.environment })) {
    const isSame = release.stack === project.name || release.source.directory === project.directory
    if (release.state !== 'serving' && !(isSame && release.state === 'good')) continue
    const content = await room.releases.store.content(release.id)
    if (content === null) continue
    const isOwn = isOfManifest(content, project)
    for (const placement of content.placements) {
      const pair = pairOf(placement)
      if (!isOwn && release.state === 'serving') used.add(pair)
      else if (isOwn && !here.has(pair)) found.set(pair, placement)
    }
  }
  const targets = new Map(room.targets.list().map((target) => [target.id, target]))
  return [...found].flatMap(([pair, { targetId, rendered }]) => {
    const target = targets.get(targetId)
    if (target === undefined || used.has(pair)) return []
    const up = room.targets
      .services(targetId)
      .filter((service) => service.stack === rendered.name && digestLabel(service) !== null && isUp(service))
    if (up.length === 0) return []
    const names = up.map(({ name }) => name).toSorted()
    return [
      `The stack ${rendered.name} on ${target.name}, which this manifest brought before, stays as it is: ${names.join(', ')} ${
        names.length === 1 ? 'runs' : 'run'
      }. Remove it with wh remove ${rendered.name} --target ${target.name}.`,
    ]
  })
}
