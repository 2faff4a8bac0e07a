import type { Images } from '@wheelhouse/driver'
import { taggedImage } from '@wheelhouse/driver'
import type { ReleaseContent } from '../../releases/index.ts'
import type { Rendered } from '../../stacks/index.ts'
import type { DeployRoom } from '../room.ts'

/** Less than a check of preflight may take. */
const askMs = 4_000

export interface Pins {
  /** Name with tag and digest, by what the Compose file says. */
  readonly pinned: ReadonlyMap<string, string>
  /** A sentence for each that no registry told. */
  readonly notes: readonly string[]
}

/** Images of a stack for a Swarm that are named by a tag, which may mean something else tomorrow. */
const openImages = (rendered: Rendered): string[] => [
  ...new Set(
    rendered.workloads.flatMap(({ spec, deploy }) =>
      spec.kind !== 'swarm-service' ||
      spec.image.includes('@') ||
      spec.pull === 'never' ||
      (deploy?.app ?? null) !== null
        ? []
        : [spec.image],
    ),
  ),
]

/** What the tags meant for the release before. */
function knownOf(before: ReleaseContent | null): Map<string, string> {
  const images = (before?.placements ?? []).flatMap(({ rendered }) =>
    rendered.workloads.flatMap(({ spec }) =>
      spec.kind === 'swarm-service' && spec.image.includes('@') ? [spec.image] : [],
    ),
  )
  return new Map(images.map((image) => [taggedImage(image), image]))
}

async function digestOf(
  room: Pick<DeployRoom, 'signInFor'>,
  engines: readonly Images[],
  image: string,
): Promise<string | null> {
  const signIn = await room.signInFor(image)
  for (const engine of engines) {
    const digest = await engine.remoteDigest(image, signIn, AbortSignal.timeout(askMs)).catch(() => null)
    if (digest !== null) return digest
  }
  return null
}

/**
 * The digests that tags have now, asked through engines of the Swarm, so that every node runs the same and a rollback brings back just
 * that. Where no registry tells, a tag goes on meaning what it did for the release before, else it stays open.
 */
export async function pinnedImages(
  room: Pick<DeployRoom, 'targets' | 'swarms' | 'signInFor'>,
  swarmId: string,
  rendered: Rendered,
  before: ReleaseContent | null,
): Promise<Pins> {
  const wanted = openImages(rendered)
  if (wanted.length === 0) return { pinned: new Map(), notes: [] }
  const states = new Map(room.targets.list().map(({ id, state }) => [id, state]))
  const engines = room.swarms
    .enginesOf(swarmId)
    .filter((id) => states.get(id) === 'connected')
    .flatMap((id) => room.targets.connection(id).images ?? [])
  const known = knownOf(before)
  const pinned = new Map<string, string>()
  const notes: string[] = []
  await Promise.all(
    wanted.map(async (image) => {
      const digest = await digestOf(room, engines.slice(0, 2), image)
      const reference = digest === null ? known.get(taggedImage(image)) : `${taggedImage(image)}@${digest}`
      if (reference !== undefined) pinned.set(image, reference)
      else notes.push(`No registry told the digest of ${image}: nodes may come to run different images under this tag.`)
    }),
  )
  return { pinned, notes: notes.toSorted() }
}
