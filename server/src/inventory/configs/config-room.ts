import type { ConfigSet, NewEvent } from '@wheelhouse/contract'
import { Failure, notFound } from '@wheelhouse/contract'
import type { Caller } from '../../dispatch/index.ts'
import { checkValues } from './check/check-values.ts'
import { secretKeysOf } from './check/secret-keys.ts'
import type { ConfigSource } from './config-source.ts'
import type { ConfigStore, Content, SetRecord } from './store.ts'
import type { AppPlace, TemplateEntry } from './render/render.ts'

/** A manifest as far as configs need it. */
export interface ConfigEntryRead {
  readonly stack: string
  readonly environment: string
  /** Absolute: what the paths below start from. */
  readonly directory: string
  readonly source: ConfigSource
  readonly templates: readonly TemplateEntry[]
  readonly apps: readonly AppPlace[]
}
export interface ConfigEntryAsked {
  readonly directory: string
  readonly manifest?: string | undefined
  readonly environment?: string | undefined
}

/** What the verbs of this domain share. */
export interface ConfigRoom {
  readonly store: ConfigStore
  /** Folder for the old files of `save` and `sync`. */
  readonly backupFolder: string
  readonly clock: () => number
  announce(event: NewEvent): unknown
  mayUseMachine(caller: Caller): boolean
  readConfigEntry(input: ConfigEntryAsked): Promise<ConfigEntryRead>
}

export interface SetAndContent {
  readonly set: SetRecord
  readonly content: Content
}

export async function findSet(room: ConfigRoom, reference: string, version?: number): Promise<SetAndContent> {
  const set = await room.store.find(reference)
  if (!set) throw notFound('config set', reference)
  const content = await room.store.content(set.id, version ?? set.version)
  if (!content) throw notFound('version', `${set.name} ${version ?? set.version}`)
  return { set, content }
}

export const secretsOf = ({ set, content }: SetAndContent): ReadonlySet<string> =>
  secretKeysOf(Object.keys(content.values), content.secrets, set.schema)

export const problemsOf = ({ set, content }: SetAndContent, before = 0) =>
  checkValues({ values: content.values, schema: set.schema, secrets: content.secrets, before })

export async function setView(room: ConfigRoom, one: SetAndContent, version = one.set.version): Promise<ConfigSet> {
  const { set, content } = one
  const record = await room.store.version(set.id, version)
  const keys = Object.keys(content.values).length
  const past = version > 1 && keys === 0 ? await room.store.content(set.id, version - 1) : null
  return {
    id: set.id,
    name: set.name,
    environment: set.environment,
    description: set.description,
    path: set.path,
    version,
    keys,
    secrets: secretsOf(one).size,
    problems: await problemsOf(one, Object.keys(past?.values ?? {}).length),
    changedAt: new Date(record?.at ?? set.createdAt).toISOString(),
    changedBy: record?.by ?? '',
  }
}

/** Files of this machine are for those who could run programs on it anyway. */
export function requireMachine(room: ConfigRoom, caller: Caller, what: string): void {
  if (room.mayUseMachine(caller)) return
  throw new Failure(
    'POLICY_REFUSED',
    `${what} reads and writes files of the machine Wheelhouse runs on: this needs an administrator, or the role developer granted on a target of processes.`,
  )
}
