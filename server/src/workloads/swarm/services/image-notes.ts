import { Failure } from '@wheelhouse/contract'
import type { SwarmRoom } from '../room.ts'

/** Less than people wait for a plan. */
const askMs = 4_000

/**
 * What is to be known of an image before tasks are made of it: a sentence where the registry, asked through a node whose engine is a target
 * here, does not have it or does not answer. Nothing where nobody can ask.
 */
export async function imageNotes(
  { registry, registries, swarms }: Pick<SwarmRoom, 'registry' | 'registries' | 'swarms'>,
  swarmId: string,
  image: string,
): Promise<string[]> {
  const engine = swarms.enginesOf(swarmId).find((id) => registry.mirror(id).target().state === 'connected')
  const images = engine === undefined ? undefined : registry.mirror(engine).connection.images
  if (!images) return []
  const only = `Only nodes that have it already can run ${image}`
  try {
    const signIn = await registries.signInFor(image)
    const digest = await images.remoteDigest(image, signIn, AbortSignal.timeout(askMs))
    return digest === null ? [`${only}: its registry has no such image, or shows it to nobody without a sign-in.`] : []
  } catch (error) {
    if (error instanceof Failure) {
      const words = typeof error.details.words === 'string' ? error.details.words : error.message
      return [`${only}: its registry did not tell of it (${words}).`]
    }
    if (error instanceof DOMException && error.name === 'TimeoutError')
      return [`Its registry did not say within ${askMs / 1000} s whether it has ${image}.`]
    throw error
  }
}
