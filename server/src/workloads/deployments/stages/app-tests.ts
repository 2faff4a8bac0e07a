import { mkdir, rm } from 'node:fs/promises'
import { Artefacts } from '../build/artefacts.ts'
import { builderOf } from '../build/build-app.ts'
import { foldersIn } from '../build/folders.ts'
import { copyTree } from '../build/tree.ts'
import type { Run } from '../saga/run.ts'
import { builtApps } from './build.ts'

/** Command lines that test an app: its own of the manifest, else those of its builder. */
function testsOf(
  run: Run,
  app: string,
  manifest: Awaited<ReturnType<Run['project']>>['manifest'],
): (readonly string[])[] {
  const entry = manifest?.apps?.[app]
  if (!entry || entry.test === false) return []
  if (entry.test === undefined) {
    const { builder, options } = builderOf(run.room, app, entry)
    return builder.tests(options).map((step) => step.argv)
  }
  if (typeof entry.test === 'string') return [entry.test.split(/\s+/).filter(Boolean)]
  const list = entry.test as readonly (string | number | boolean | readonly string[])[]
  return list.every((word) => !Array.isArray(word))
    ? [list.map(String)]
    : (list as readonly (readonly string[])[]).map((argv) => [...argv])
}

/** Runs the tests of what was built, in a copy: what they leave behind must not become part of the release. */
export async function appTests(run: Run): Promise<string> {
  const { manifest } = await run.project()
  const folders = foldersIn(run.room.settings.data)
  const artefacts = new Artefacts(folders.artefacts)
  let count = 0
  for (const built of await builtApps(run)) {
    const commands = testsOf(run, built.app, manifest)
    if (commands.length === 0 || built.kind === 'image') continue
    const folder = folders.workspace(run.deployment.id, `${built.app}.test`)
    run.task(built.app, 'running')
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await copyTree(artefacts.path(built.digest), folder, [], run.signal)
      for (const [index, argv] of commands.entries()) {
        await run.step('command.run', `test ${built.app} ${index + 1}`, {
          title: argv.join(' '),
          argv: [...argv],
          undo: null,
          directory: folder,
          release: null,
          task: built.app,
          nothingDone: null,
        })
        count++
      }
      run.task(built.app, 'done')
    } catch (error) {
      run.task(built.app, 'failed', error instanceof Error ? error.message : String(error))
      throw error
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
  return count === 0 ? 'no app has tests' : `${count} ${count === 1 ? 'test command' : 'test commands'} passed`
}
