import { type Artefact, Failure } from '@wheelhouse/contract'
import type { ReleaseContent } from '../../releases/index.ts'
import { pool } from '../../stacks/index.ts'
import type { BuiltApp } from '../build/build-app.ts'
import type { Run } from '../saga/run.ts'

/** Apps of the manifest that this run is about: those that were named, else all but the optional ones. */
export async function appsOf(run: Run): Promise<{ all: string[]; chosen: string[] }> {
  const { manifest } = await run.project()
  const apps = Object.entries(manifest?.apps ?? {})
  const all = apps.map(([name]) => name)
  const named = run.request.apps
  const unknown = named.find((name) => !all.includes(name))
  if (unknown !== undefined)
    throw new Failure('STACK_INVALID', `There is no app "${unknown}". The manifest has ${all.join(', ') || 'none'}.`)
  const used = new Set([
    ...Object.values(manifest?.services ?? {}).flatMap(({ app }) => app ?? []),
    ...Object.values(manifest?.compose?.services ?? {}).flatMap(({ app }) => app ?? []),
  ])
  const chosen = named.length > 0 ? [...named] : apps.filter(([, app]) => app.optional !== true).map(([name]) => name)
  return { all: all.filter((name) => chosen.includes(name) || used.has(name)), chosen }
}

/** Every app of the new release: built, found built, or taken over from the release that serves. */
export async function build(run: Run): Promise<string> {
  const { all, chosen } = await appsOf(run)
  if (all.length === 0) return 'there is nothing to build'
  const { manifest } = await run.project()
  const taken = await takenOver(run)
  const build = all.filter((name) => !run.request.flags.skipBuild && (chosen.includes(name) || taken(name) === null))
  for (const name of all) {
    if (build.includes(name)) run.task(name, 'waiting')
    else if (taken(name) === null)
      throw new Failure(
        'STATE_CONFLICT',
        `${name} was never built, so its build cannot be left out. Deploy without --skip-build.`,
      )
    else run.task(name, 'skipped', 'as in the release that serves')
  }
  const width = run.request.flags.parallel === false ? 1 : (manifest?.pipeline?.parallel ?? 2)
  let reused = 0
  await pool(build, width, async (name) => {
    run.task(name, 'running')
    try {
      const built = await run.step('app.build', `build ${name}`, { app: name })
      if (built.reused) reused++
      run.task(name, 'done', built.reused ? 'as built before' : `${Math.max(1, Math.round(built.sizeBytes / 1024))} kB`)
    } catch (error) {
      run.task(name, 'failed', error instanceof Error ? error.message : String(error))
      throw error
    }
  })
  const parts = [
    build.length - reused > 0 ? `${build.length - reused} built` : '',
    reused > 0 ? `${reused} found built` : '',
    all.length - build.length > 0 ? `${all.length - build.length} taken over` : '',
  ]
  return parts.filter(Boolean).join(', ')
}

/** What the build stage left, by app. */
export async function builtApps(run: Run): Promise<BuiltApp[]> {
  const { all } = await appsOf(run)
  const taken = await takenOver(run)
  return all.map((name) => {
    const done = run.journal.find(`build ${name}`)
    const built = done?.state === 'done' ? (done.result as BuiltApp) : taken(name)
    if (!built) throw new Failure('STATE_CONFLICT', `${name} was never built. Deploy without leaving out its build.`)
    return built
  })
}

/** Apps of the release that serves, as it has them; null for one that it has not. */
async function takenOver(run: Run): Promise<(app: string) => BuiltApp | null> {
  const serving = await run.room.releases.store.serving(run.deployment)
  const content = serving === null ? null : await run.contentOf(serving.id)
  return (app) => {
    const artefact = serving?.artefacts.find((one) => one.app === app)
    return artefact && content ? keptApp(artefact, content) : null
  }
}

/** An artefact of a kept release as if it had just been built. */
export const keptApp = (artefact: Artefact, { images, imageContents }: ReleaseContent): BuiltApp => ({
  ...artefact,
  reused: true,
  tag: images[artefact.app] ?? null,
  content: imageContents?.[artefact.app] ?? null,
})
