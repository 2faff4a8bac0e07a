import { pool, type Project } from '../../stacks/index.ts'
import type { BuiltApp } from '../build/build-app.ts'
import { targetsFor } from '../plan/placements.ts'
import type { Run } from '../saga/run.ts'

const pushesAtOnce = 2

/** The last part of the name it was built under, and its tag: by its content. */
const nameOf = (tag: string): string => tag.slice(tag.lastIndexOf('/') + 1)

/** Images of apps that services of a Swarm run, pushed to the registry of the manifest; by app, with their digests. */
export async function pushImages(
  run: Run,
  project: Project,
  built: readonly BuiltApp[],
): Promise<Record<string, string>> {
  const { compose } = project.manifest ?? {}
  const registry = compose?.registry
  if (compose === undefined || registry === undefined) return {}
  if (targetsFor(run.room, project, 'containers').every(({ kind }) => kind !== 'swarm')) return {}
  const used = new Set(Object.values(compose.services ?? {}).flatMap(({ app }) => app ?? []))
  const { previous } = run.deployment
  const before = previous === null ? null : await run.contentOf(previous.id).catch(() => null)
  const pushed: Record<string, string> = {}
  await pool(built, pushesAtOnce, async ({ app, kind, tag, digest, content }) => {
    if (kind !== 'image' || tag === null || !used.has(app)) return
    const to = `${registry}/${nameOf(tag)}`
    const known = before?.pushed?.[app]
    // By its content: what the release before has there under this name is this very image.
    if (known?.startsWith(`${to}@`)) pushed[app] = known
    else {
      const args = { app, image: tag, digest, content: content ?? null, to }
      pushed[app] = (await run.step('image.push', `push ${app}`, args)).reference
    }
  })
  return pushed
}
