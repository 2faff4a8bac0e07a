import { lstat, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type Configs, restoreFiles, writeFiles, type Written } from '../../../inventory/configs/index.ts'
import type { Project } from '../../stacks/index.ts'
import type { RenderedFile, WrittenFile } from '../config-files.ts'
import { onDiskOf } from '../build/disk-full.ts'
import type { ConfigPort } from '../room.ts'

interface Before {
  readonly path: string
  readonly existed: boolean
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly copy: string
}

const index = 'before.json'

async function stateOf(file: Pick<RenderedFile, 'path'>, number: number, folder: string): Promise<Before> {
  const copy = join(folder, `${String(number).padStart(3, '0')}-${basename(file.path)}`)
  const found = await lstat(file.path).catch(() => null)
  return {
    path: file.path,
    existed: found !== null,
    mode: found === null ? 0o600 : found.mode & 0o777,
    uid: found?.uid ?? -1,
    gid: found?.gid ?? -1,
    copy,
  }
}

async function readBefore(folder: string): Promise<Before[] | null> {
  const text = await readFile(join(folder, index), 'utf8').catch(() => null)
  return text === null ? null : (JSON.parse(text) as Before[])
}

/** Before the first copy. Where it cannot be written nothing was touched, and nothing of it stays. */
async function noteBefore(folder: string, before: readonly Before[]): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await writeFile(join(folder, `${index}.new`), JSON.stringify(before), { mode: 0o600 })
    await rename(join(folder, `${index}.new`), join(folder, index))
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

/** Files whose old state is known. One that was there and has no copy was never touched: copies are made before anything is written. */
async function asWritten(before: readonly Before[]): Promise<Written[]> {
  const found = await Promise.all(
    before.map(async ({ path, existed, mode, uid, gid, copy }): Promise<Written[]> => {
      const copied = await stat(copy).then(
        () => true,
        () => false,
      )
      if (existed && !copied) return []
      return [{ app: null, path, backup: existed ? copy : null, mode, uid, gid, folders: [] }]
    }),
  )
  return found.flat()
}

/** Config files of deployments, by the domain that knows how to render and write them. */
export function configPort(configs: Pick<Configs, 'render'>): ConfigPort {
  return {
    async render(project: Project, apps) {
      const templates = project.manifest?.config?.templates ?? []
      if (templates.length === 0 || project.configSource === null || project.directory === null) return []
      const places = Object.entries(project.manifest?.apps ?? {}).map(([name, app]) => ({
        name,
        path: app.path ?? `apps/${name}`,
      }))
      const files = await configs.render(project.configSource, templates, project.directory, {
        places,
        ...(apps === null ? {} : { apps }),
      })
      return files.map(({ app, to, path, mode, text, before }) => ({ app, to, path, mode, text, before }))
    },

    async write(files, folder) {
      const cutOff = await readBefore(folder)
      // A write that was cut off left some files new: taking copies of those would lose the old.
      if (cutOff !== null) await restoreFiles(await asWritten(cutOff))
      else {
        const before = await Promise.all(files.map((file, at) => stateOf(file, at + 1, folder)))
        await onDiskOf(folder, () => noteBefore(folder, before))
      }
      const written = await writeFiles(
        files.map(({ app, path, text, mode }) => ({ app, path, text, mode })),
        folder,
      )
      return written
    },

    restore: (files: readonly WrittenFile[]) => restoreFiles(files as readonly Written[]),
    written: async (folder) => asWritten((await readBefore(folder)) ?? []),
  }
}
