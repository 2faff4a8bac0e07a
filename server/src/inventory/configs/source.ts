import { type ConfigProblem, Failure, notFound } from '@wheelhouse/contract'
import { createHash, randomUUID } from 'node:crypto'
import { checkValues } from './check/check-values.ts'
import { type JsonSchema, secretKeysOf } from './check/secret-keys.ts'
import type { ConfigRoom } from './config-room.ts'
import type { ConfigSource } from './config-source.ts'
import { readState } from './files/atomic-file.ts'
import { confinedPath } from './files/confined-path.ts'
import { contentWith, differenceOf, emptyContent, isSame, versionOf } from './sets/next-content.ts'
import type { Content, SetRecord } from './store.ts'
import { type ConfigText, formatOfPath, readConfigText } from './text/config-text.ts'

/** The values of a source as they are now. Holds secrets. */
export interface ConfigValues {
  /** Empty while the file was never recorded. */
  readonly setId: string
  readonly setName: string
  readonly version: number
  readonly values: Readonly<Record<string, string>>
  readonly secretKeys: ReadonlySet<string>
  /** With the line in the file. The caller decides what an error means. */
  readonly problems: readonly ConfigProblem[]
}

/** Who and why, for the version that is recorded when a file changed out-of-band. */
export interface Note {
  readonly by?: string | undefined
  readonly reason?: string | undefined
}

const longestName = 63
/** `<stack>-<environment>`; cut with a mark of its own where that is too long for a name. */
export function setNameOf(stack: string, environment: string): string {
  const whole = `${stack}-${environment}`
  if (whole.length <= longestName) return whole
  const digest = createHash('sha256').update(whole).digest('hex').slice(0, 8)
  return `${whole.slice(0, longestName - 9)}-${digest}`
}

async function readText(
  directory: string | null,
  written: string,
  what: string,
): Promise<{ path: string; text: string }> {
  if (directory === null) throw new Failure('STACK_INVALID', `${what} ${written} needs the folder that it is in.`)
  const path = await confinedPath(directory, written)
  const state = await readState(path)
  if (!state)
    throw new Failure('NOT_FOUND', `There is no ${what} ${written} in ${directory}. Make it, or mend its path.`, {
      path,
    })
  return { path, text: state.bytes.toString('utf8') }
}

async function schemaOf(source: ConfigSource): Promise<JsonSchema | null> {
  if (typeof source.schema !== 'string') return source.schema ?? null
  const { text } = await readText(source.directory, source.schema, 'schema')
  try {
    const { parse } = await import('yaml')
    const schema = parse(text) as unknown
    if (typeof schema === 'object' && schema !== null && !Array.isArray(schema)) return schema as JsonSchema
  } catch {
    // Told below.
  }
  throw new Failure('CONFIG_INVALID', `${source.schema} is no JSON Schema: it must be one object in JSON or YAML.`)
}

interface SourceRead {
  readonly name: string
  readonly set: SetRecord | null
  readonly before: Content
  readonly content: Content
  readonly schema: JsonSchema | null
  readonly path: string | null
  readonly text: ConfigText | null
}

async function readSource(room: ConfigRoom, source: ConfigSource): Promise<SourceRead> {
  const given = await schemaOf(source)
  if (source.set !== undefined) {
    const set = await room.store.find(source.set)
    if (!set) throw notFound('config set', source.set)
    const before = (await room.store.content(set.id, set.version)) ?? emptyContent
    const secrets = [...new Set([...before.secrets, ...(source.secrets ?? [])])]
    return {
      name: set.name,
      set,
      before,
      content: { ...before, secrets },
      schema: given ?? set.schema,
      path: null,
      text: null,
    }
  }
  const name = setNameOf(source.stack, source.environment)
  if (source.file === undefined)
    return { name, set: null, before: emptyContent, content: emptyContent, schema: given, path: null, text: null }
  const { path, text } = await readText(source.directory, source.file, 'config file')
  const read = readConfigText(text, formatOfPath(path))
  const set = await room.store.find(name)
  if (set && set.path === null) {
    throw new Failure(
      'CONFLICT',
      `The config set ${name} is not kept in step with a file, so ${source.file} cannot take its place. Name it as set in the manifest, or remove it.`,
    )
  }
  const before = (set && (await room.store.content(set.id, set.version))) ?? emptyContent
  const content = contentWith(before, read.values, source.secrets ?? [], (set?.version ?? 0) + 1)
  return { name, set, before, content, schema: given ?? set?.schema ?? null, path, text: read }
}

async function valuesOf(read: SourceRead, id: string, version: number): Promise<ConfigValues> {
  const { content, schema, text, before } = read
  return {
    setId: id,
    setName: read.name,
    version,
    values: content.values,
    secretKeys: secretKeysOf(Object.keys(content.values), content.secrets, schema),
    problems: await checkValues({
      values: content.values,
      schema,
      secrets: content.secrets,
      before: Object.keys(before.values).length,
      ...(text ? { lines: text.lines, text: text.problems } : {}),
    }),
  }
}

/** The values as they are, with nothing recorded. */
export async function peek(room: ConfigRoom, source: ConfigSource): Promise<ConfigValues> {
  const read = await readSource(room, source)
  return valuesOf(read, read.set?.id ?? '', read.set?.version ?? 0)
}

const mostAttempts = 5

/**
 * The values as they are. A file's set is made at first use, and gets a new version when the file was changed by someone else.
 * A file that has lost every value, or that cannot be read to its end, is told in `problems` and never recorded.
 */
export async function values(room: ConfigRoom, source: ConfigSource, note: Note = {}): Promise<ConfigValues> {
  for (let attempt = 1; ; attempt++) {
    const read = await readSource(room, source)
    const { set, path, before, content } = read
    const found = await valuesOf(read, set?.id ?? '', set?.version ?? 0)
    if (path === null) return found
    const broken = read.text?.problems.some(({ severity }) => severity === 'error') ?? false
    const emptied = Object.keys(content.values).length === 0 && Object.keys(before.values).length > 0
    if (broken || emptied) return found
    const by = note.by ?? 'system'
    const at = room.clock()
    if (!set) {
      const id = randomUUID()
      const { environment } = source
      const first = versionOf({}, content, by, note.reason ?? 'read from its file for the first time', at)
      const made = await room.store
        .insert({ id, name: read.name, environment, description: '', path, schema: read.schema, createdAt: at }, first)
        .then(
          () => true,
          (error: unknown) =>
            error instanceof Failure && error.code === 'CONFLICT' && attempt < mostAttempts
              ? false
              : Promise.reject(error as Error),
        )
      if (!made) continue
      tell(room, id, read.name, 1, by)
      return valuesOf(read, id, 1)
    }
    const moved = set.path !== path ? { path } : {}
    const ruled = JSON.stringify(set.schema) !== JSON.stringify(read.schema) ? { schema: read.schema } : {}
    await room.store.update(set.id, { ...moved, ...ruled })
    const listed = content.secrets.some((key) => !before.secrets.includes(key))
    if (isSame(differenceOf(before.values, content.values)) && !listed) return found
    const reason = note.reason ?? (listed ? 'more values are secret' : 'changed in its file')
    if (await room.store.add(set.id, set.version, versionOf(before.values, content, by, reason, at))) {
      tell(room, set.id, set.name, set.version + 1, by)
      return valuesOf(read, set.id, set.version + 1)
    }
    if (attempt >= mostAttempts)
      throw new Failure('STATE_CONFLICT', `${set.name} is being changed by others. Try again.`)
  }
}

export const tell = (room: ConfigRoom, id: string, name: string, version: number, actor: string): void =>
  void room.announce({
    type: 'config.changed',
    actor,
    message: `The config ${name} is at version ${version}.`,
    data: { setId: id, name, version },
  })
