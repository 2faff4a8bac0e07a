import { type configs, Failure } from '@wheelhouse/contract'
import { randomUUID } from 'node:crypto'
import { type Handler, requirePermission } from '../../../dispatch/index.ts'
import { type ConfigRoom, findSet, requireMachine, setView } from '../config-room.ts'
import { newBackupFolder } from '../files/backup-folder.ts'
import { type LinkedFile, readLinked, requireReadable, textWith } from '../files/linked-file.ts'
import { restoreFiles, writeFiles, type Written } from '../files/write-files.ts'
import { tell } from '../source.ts'
import { contentWith, emptyContent, requireBetter, versionOf } from './next-content.ts'

export const createSet =
  (room: ConfigRoom): Handler<typeof configs.create> =>
  async (input, context) => {
    const { caller } = context
    requirePermission(caller, 'configs.manage')
    if (await room.store.find(input.name))
      throw new Failure('CONFLICT', `There is a config set "${input.name}" already. Choose another name.`, {
        field: 'name',
      })
    let file: LinkedFile | null = null
    if (input.path !== undefined) {
      requireMachine(room, caller, 'Keeping a config in step with a file')
      file = await readLinked(input.path)
      requireReadable(file)
      const other = (await room.store.list()).find(({ path }) => path === file?.path)
      if (other)
        throw new Failure('CONFLICT', `${file.path} is kept in step with ${other.name} already.`, { field: 'path' })
    }
    // What the file says already stays, unless a value is given for it.
    const values = { ...file?.read.values, ...input.values }
    const schema = input.schema ?? null
    const content = contentWith(emptyContent, values, input.secrets ?? [], 1)
    await requireBetter(emptyContent, content, null, schema)
    const id = randomUUID()
    const at = room.clock()
    let written: Written[] = []
    const text = file && textWith(file, values)
    if (file && text !== null && text !== file.text)
      written = await writeFiles(
        [{ app: null, path: file.path, text, mode: null }],
        newBackupFolder(room.backupFolder, id, at),
      )
    const set = {
      id,
      name: input.name,
      environment: input.environment ?? null,
      description: input.description ?? '',
      path: file?.path ?? null,
      schema,
      createdAt: at,
    }
    await room.store
      .insert(set, versionOf({}, content, caller.username, input.reason ?? 'made', at))
      .catch(async (error: unknown) => {
        await restoreFiles(written)
        throw error
      })
    const { environment, path, name } = set
    context.audit({ resource: `config:${id}`, after: { name, environment, path, keys: Object.keys(values) } })
    tell(room, id, name, 1, caller.username)
    return setView(room, await findSet(room, id))
  }
