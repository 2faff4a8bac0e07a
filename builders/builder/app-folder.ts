import { access, readFile, readdir, realpath } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { type BuildContext, BuildFailed, type Built } from './builder.ts'

/** Names at the top of a folder, sorted; none where there is no such folder. */
export async function filesAtTop(directory: string): Promise<string[]> {
  return (await readdir(directory).catch((): string[] => [])).sort()
}

export async function holds(directory: string, ...names: readonly string[]): Promise<boolean> {
  const found = await Promise.all(
    names.map((name) =>
      access(join(directory, name)).then(
        () => true,
        () => false,
      ),
    ),
  )
  return found.every(Boolean)
}

/** The packages a package.json names, for whatever; none where it cannot be read. */
export async function namedPackages(directory: string): Promise<readonly string[]> {
  try {
    const read = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as Record<
      string,
      object | undefined
    >
    return [read.dependencies, read.devDependencies].flatMap((group) => Object.keys(group ?? {}))
  } catch {
    return []
  }
}

/** The folder of the app that a build leaves. Throws `BuildFailed` where it is not there, empty, or outside of the app. */
export async function builtFolder(
  context: BuildContext,
  folder: string,
  exclude: readonly string[],
): Promise<Extract<Built, { kind: 'directory' }>> {
  const directory = resolve(context.directory, folder)
  const failed = (why: string): BuildFailed => new BuildFailed(context.app, null, '', `${context.app}: ${why}`)
  const real = await realpath(directory).catch(() => null)
  if (real === null) throw failed(`the build ended well but left no ${folder}. Correct the folder in the options.`)
  const top = await realpath(context.directory)
  if (real !== top && !real.startsWith(top + sep)) throw failed(`${folder} leads out of the app, so it is not kept.`)
  if ((await filesAtTop(real)).length === 0) throw failed(`the build ended well but left nothing in ${folder}.`)
  return { kind: 'directory', directory, exclude }
}
