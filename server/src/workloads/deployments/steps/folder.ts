import { Failure } from '@wheelhouse/contract'
import { cp, lstat, mkdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, relative, resolve } from 'node:path'
import type { ReleaseFolder } from '../../releases/index.ts'
import { Artefacts } from '../build/artefacts.ts'
import { onDiskOf } from '../build/disk-full.ts'
import { foldersIn } from '../build/folders.ts'
import { copyTree } from '../build/tree.ts'
import type { StepContext, StepKind } from '../saga/step-kinds.ts'

export interface FolderArgs extends Record<string, unknown> {
  readonly releaseId: string
  readonly app: string
  readonly path: string
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** Makes the folder an app runs in: its artefact, its config files with their modes, and links to what outlives releases. */
async function make(folder: ReleaseFolder, context: StepContext): Promise<void> {
  const artefacts = new Artefacts(foldersIn(context.room.settings.data).artefacts)
  if (!(await artefacts.has(folder.artefact)))
    throw new Failure(
      'NOT_FOUND',
      `The artefact ${folder.artefact.slice(0, 19)} is not kept any more. Deploy the source again.`,
    )
  const part = `${folder.path}.part`
  await mkdir(dirname(folder.path), { recursive: true, mode: 0o711 })
  await copyTree(artefacts.path(folder.artefact), part, [], context.signal)
  for (const file of folder.files) {
    const path = inside(part, file.path)
    await mkdir(dirname(path), { recursive: true })
    await rm(path, { force: true })
    await writeFile(path, file.text, { mode: file.mode })
  }
  for (const shared of folder.shared) await link(inside(part, shared.path), shared)
  await rename(part, folder.path)
}

function inside(folder: string, path: string): string {
  const whole = resolve(folder, path)
  if (relative(folder, whole).startsWith('..'))
    throw new Failure('POLICY_REFUSED', `${path} leads out of the folder of the app.`)
  return whole
}

/** What is shared starts as the artefact has it, and from then on outlives every release. */
async function link(path: string, shared: ReleaseFolder['shared'][number]): Promise<void> {
  const own = await lstat(path).catch(() => null)
  if (!(await isThere(shared.from))) {
    await mkdir(shared.folder ? shared.from : dirname(shared.from), { recursive: true })
    if (own) await cp(path, shared.from, { recursive: true, force: true })
    else if (!shared.folder) await writeFile(shared.from, '')
  }
  await rm(path, { recursive: true, force: true })
  await mkdir(dirname(path), { recursive: true })
  await symlink(shared.from, path)
}

export const folderMake: StepKind<FolderArgs, { made: boolean }> = {
  async do({ releaseId, app, path }, context) {
    if (await isThere(path)) return { made: false }
    const folder = (await context.content(releaseId)).folders[app]
    if (!folder) throw new Error(`the release has no folder of ${app}`)
    await onDiskOf(dirname(path), () => make(folder, context))
    return { made: true }
  },
  async undo({ path }, result) {
    await rm(`${path}.part`, { recursive: true, force: true })
    if (result?.made !== true) return null
    await rm(path, { recursive: true, force: true })
    return null
  },
}
