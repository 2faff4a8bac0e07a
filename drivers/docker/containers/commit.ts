import type { Containers } from '@wheelhouse/driver'
import type { EngineClient } from '@wheelhouse/engine'

/** `registry:5000/name:tag` as name and tag; the tag is `latest` where there is none. */
export function splitTag(reference: string): { repo: string; tag: string } {
  const colon = reference.lastIndexOf(':')
  return colon > reference.lastIndexOf('/')
    ? { repo: reference.slice(0, colon), tag: reference.slice(colon + 1) }
    : { repo: reference, tag: 'latest' }
}

/** Makes an image of a container as it is now; answers the image's id. */
export async function commitContainer(
  client: EngineClient,
  nativeId: string,
  options: Parameters<Containers['commit']>[1],
): Promise<string> {
  const { Id } = await client.json<{ Id: string }>({
    method: 'POST',
    path: '/commit',
    query: {
      container: nativeId,
      ...splitTag(options.tag),
      comment: options.comment,
      pause: options.pause,
      // Absent where there are none: an empty one is read as a Dockerfile that says nothing, and refused.
      changes: options.changes.length === 0 ? undefined : options.changes.join('\n'),
    },
    // An empty configuration: that of the container counts.
    body: {},
    lane: 'act',
    timeoutMs: null,
  })
  return Id
}
