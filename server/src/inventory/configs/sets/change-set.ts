import { type ConfigSet, Failure, type Plan } from '@wheelhouse/contract'
import type { CallContext } from '../../../dispatch/index.ts'
import type { JsonSchema } from '../check/secret-keys.ts'
import { type ConfigRoom, findSet, requireMachine, type SetAndContent, setView } from '../config-room.ts'
import { newBackupFolder, pruneBackups } from '../files/backup-folder.ts'
import { type LinkedFile, readLinked, requireReadable, textWith } from '../files/linked-file.ts'
import { restoreFiles, writeFiles, type Written } from '../files/write-files.ts'
import { digestOf } from '../plan-digest.ts'
import { tell } from '../source.ts'
import type { Content } from '../store.ts'
import {
  contentWith,
  countWords,
  differenceLines,
  differenceOf,
  isSame,
  requireBetter,
  versionOf,
} from './next-content.ts'

export interface SetChange {
  readonly id: string
  /** The version it was made on. */
  readonly version?: number | undefined
  readonly reason: string
  readonly schema?: JsonSchema | null | undefined
  readonly description?: string | undefined
  /** The content that follows on the newest one. `version` is its number. */
  next(now: SetAndContent, version: number): Content | Promise<Content>
}

interface Prepared {
  readonly now: SetAndContent
  readonly file: LinkedFile | null
  /** The file was changed by someone else since the newest version. */
  readonly outOfBand: boolean
  readonly next: Content
  readonly schema: JsonSchema | null
}

const nothingOf = (name: string, version: number): Failure =>
  new Failure(
    'STATE_CONFLICT',
    `${name} is at version ${version} now. Look at what changed, and make your change on that.`,
    { version },
  )

async function prepare(room: ConfigRoom, change: SetChange, { caller }: CallContext): Promise<Prepared> {
  const stored = await findSet(room, change.id)
  const { set } = stored
  let file: LinkedFile | null = null
  let now = stored
  let outOfBand = false
  if (set.path !== null) {
    requireMachine(room, caller, `Changing ${set.name}`)
    file = await readLinked(set.path)
    requireReadable(file)
    if (file.text !== null && !isSame(differenceOf(stored.content.values, file.read.values))) {
      outOfBand = true
      const version = set.version + 1
      now = { set: { ...set, version }, content: contentWith(stored.content, file.read.values, [], version) }
    }
  }
  if (change.version !== undefined && change.version !== now.set.version) throw nothingOf(set.name, now.set.version)
  const next = await change.next(now, now.set.version + 1)
  const schema = change.schema === undefined ? set.schema : change.schema
  await requireBetter(now.content, next, set.schema, schema)
  return { now, file, outOfBand, next, schema }
}

export async function planChange(room: ConfigRoom, change: SetChange, context: CallContext): Promise<Plan> {
  const { now, file, outOfBand, next, schema } = await prepare(room, change, context)
  const { set, content } = now
  const difference = differenceOf(content.values, next.values)
  const same = isSame(difference)
  const lines = differenceLines(content, next, schema)
  const verb = same ? ('keep' as const) : ('change' as const)
  const steps: Plan['steps'] = [{ verb, kind: 'file', name: file?.path ?? set.name, reasons: lines }]
  return {
    summary: same ? `${set.name} stays as it is.` : `${set.name}: ${countWords(difference)}.`,
    steps,
    counts: { [verb]: 1 },
    warnings: outOfBand
      ? [`${set.path} was changed by someone else. That is kept as version ${set.version} first.`]
      : [],
    kept: [`every version of ${set.name}`],
    digest: digestOf([set.id, set.version, next.values, next.secrets], await room.store.digestKey()),
  }
}

/** Checks, writes the file where there is one, and keeps the change as a new version. */
export async function runChange(room: ConfigRoom, change: SetChange, context: CallContext): Promise<ConfigSet> {
  const { now, file, outOfBand, next, schema } = await prepare(room, change, context)
  const { set, content } = now
  const by = context.caller.username
  const at = room.clock()
  const lost = async (): Promise<never> => {
    throw nothingOf(set.name, (await findSet(room, set.id)).set.version)
  }
  if (outOfBand) {
    const base = set.version - 1
    const before = (await room.store.content(set.id, base))?.values ?? {}
    if (!(await room.store.add(set.id, base, versionOf(before, content, 'system', 'changed in its file', at))))
      await lost()
  }
  const difference = differenceOf(content.values, next.values)
  const listed = next.secrets.some((key) => !content.secrets.includes(key))
  const fresh = !isSame(difference) || listed
  let written: Written[] = []
  const text = file && textWith(file, next.values)
  if (file && text !== null && text !== file.text) {
    const folder = newBackupFolder(room.backupFolder, set.id, at)
    written = await writeFiles([{ app: null, path: file.path, text, mode: null }], folder)
    await pruneBackups(room.backupFolder, set.id)
  }
  if (fresh) {
    const kept = await room.store
      .add(set.id, set.version, versionOf(content.values, next, by, change.reason, at))
      .catch(async (error: unknown) => {
        await restoreFiles(written)
        throw error
      })
    if (!kept) {
      await restoreFiles(written)
      await lost()
    }
  }
  const { description } = change
  await room.store.update(set.id, {
    ...(description === undefined ? {} : { description }),
    ...(change.schema === undefined ? {} : { schema }),
  })
  const version = set.version + (fresh ? 1 : 0)
  context.audit({
    resource: `config:${set.id}`,
    before: { name: set.name, version: set.version },
    after: { name: set.name, version, ...difference, reason: change.reason },
  })
  if (fresh || outOfBand) tell(room, set.id, set.name, version, by)
  return setView(room, await findSet(room, set.id))
}
