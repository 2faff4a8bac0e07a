import { type ConfigProblem, Failure, type FileDiff, type Plan } from '@wheelhouse/contract'
import { type CallContext, countVerbs, requireAgreed } from '../../dispatch/index.ts'
import { errorsOf } from './check/check-values.ts'
import { type ConfigEntryAsked, type ConfigEntryRead, type ConfigRoom, requireMachine } from './config-room.ts'
import { newBackupFolder, pruneBackups } from './files/backup-folder.ts'
import { writeFiles } from './files/write-files.ts'
import { digestOf } from './plan-digest.ts'
import { diffOf } from './render/file-diff.ts'
import { type AppPlace, chosen, type RenderedFile, renderFiles, type TemplateEntry } from './render/render.ts'
import type { ConfigSource } from './config-source.ts'
import { type ConfigValues, peek, values } from './source.ts'

const recentVersions = 20

/** Secret values of now and of the last versions: an old one still stands in the files that are about to change. */
async function secretValues(room: ConfigRoom, found: ConfigValues): Promise<string[]> {
  const past = found.setId === '' ? [] : await room.store.recent(found.setId, recentVersions)
  const all = [found.values, ...past.map((content) => content.values)]
  return [...new Set(all.flatMap((each) => [...found.secretKeys].flatMap((key) => each[key] ?? [])))].filter(
    (value) => value !== '',
  )
}

export interface RenderChoice {
  /** Only the files of these apps. */
  readonly apps?: readonly string[] | undefined
  /** Apps and their folders, to tell which one a file belongs to. */
  readonly places?: readonly AppPlace[] | undefined
}

export async function render(
  room: ConfigRoom,
  source: ConfigSource,
  templates: readonly TemplateEntry[],
  directory: string,
  choice: RenderChoice = {},
): Promise<RenderedFile[]> {
  const found = await peek(room, source)
  const wanted = chosen(templates, choice.places ?? [], choice.apps)
  const secrets = { keys: [...found.secretKeys], values: await secretValues(room, found) }
  const { environment, stack } = source
  return renderFiles({ values: found.values, secrets, environment, stack }, wanted, directory)
}

interface SyncInput extends ConfigEntryAsked {
  readonly apps?: readonly string[] | undefined
}
export interface Prepared {
  readonly entry: ConfigEntryRead
  readonly rendered: readonly RenderedFile[]
  readonly files: FileDiff[]
  readonly problems: readonly ConfigProblem[]
  readonly digest: string
}

export async function prepareSync(
  room: ConfigRoom,
  input: SyncInput,
  { caller }: CallContext,
  what: string,
): Promise<Prepared> {
  requireMachine(room, caller, what)
  const entry = await room.readConfigEntry(input)
  const { problems } = await peek(room, entry.source)
  const choice = { apps: input.apps, places: entry.apps }
  // With errors in the values the files would be wrong too; they are not even rendered.
  const rendered =
    errorsOf(problems).length > 0 ? [] : await render(room, entry.source, entry.templates, entry.directory, choice)
  const bound = rendered.map(({ path, text, before, mode, beforeMode }) => [path, text, before, mode, beforeMode])
  return { entry, rendered, files: diffOf(rendered), problems, digest: digestOf(bound, await room.store.digestKey()) }
}

function requireFine({ problems }: Prepared): void {
  const errors = errorsOf(problems)
  const [first] = errors
  if (!first) return
  const where = first.line === null ? '' : `line ${first.line}: `
  const more = errors.length > 1 ? ` ${errors.length - 1} more are in the details.` : ''
  throw new Failure('CONFIG_INVALID', `The config has errors. ${where}${first.message}${more}`, { problems: errors })
}

export function planOf(prepared: Prepared): Plan {
  requireFine(prepared)
  const { files, entry, digest, problems } = prepared
  const steps = files.map(({ path, verb, diff }) => ({
    verb,
    kind: 'file' as const,
    name: path,
    reasons: diff.split('\n').filter((line) => /^[+-](?![+-]{2} )/.test(line)),
  }))
  const changes = steps.filter(({ verb }) => verb !== 'keep').length
  return {
    summary:
      changes === 0
        ? `Every file of ${entry.stack} is as its config says. Nothing changes.`
        : `${entry.stack}, ${entry.environment}: ${changes} of ${steps.length} files to write.`,
    steps,
    counts: countVerbs(steps),
    warnings: problems.map(({ line, message }) => (line === null ? message : `line ${line}: ${message}`)),
    kept: [],
    digest,
  }
}

export async function runSync(
  room: ConfigRoom,
  input: SyncInput & { readonly digest?: string | undefined },
  context: CallContext,
) {
  const prepared = await prepareSync(room, input, context, 'Syncing a config')
  requireFine(prepared)
  const { entry, rendered, files } = prepared
  requireAgreed(input.digest, planOf(prepared))
  const by = context.caller.username
  const recorded = await values(room, entry.source, { by })
  const changing = rendered.filter((_, index) => files[index]?.verb !== 'keep')
  const folder = `${entry.stack}-${entry.environment}`.replaceAll(/[^\w.-]/g, '_')
  const written = await writeFiles(changing, newBackupFolder(room.backupFolder, folder, room.clock()))
  await pruneBackups(room.backupFolder, folder)
  context.audit({
    resource: `config:${recorded.setId}`,
    after: { set: recorded.setName, version: recorded.version, files: written.map(({ path }) => path) },
  })
  if (written.length > 0) {
    room.announce({
      type: 'config.changed',
      actor: by,
      stack: entry.stack,
      message: `${written.length} files of ${entry.stack} were written from the config ${recorded.setName}.`,
      data: { setId: recorded.setId, version: recorded.version, files: written.map(({ path }) => path) },
    })
  }
  return {
    files,
    set: recorded.setName,
    version: recorded.version,
    backedUp: written.flatMap(({ backup }) => backup ?? []),
  }
}
