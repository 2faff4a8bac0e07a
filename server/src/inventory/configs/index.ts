import type { configs, NewEvent } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import type { Secrets } from '@wheelhouse/platform/secrets'
import type { Caller, Handlers } from '../../dispatch/index.ts'
import type { ConfigEntryAsked, ConfigEntryRead, ConfigRoom } from './config-room.ts'
import type { RenderedFile, TemplateEntry } from './render/render.ts'
import { configHandlers } from './operations.ts'
import type { ConfigSource } from './config-source.ts'
import { type ConfigValues, type Note, values } from './source.ts'
import { openConfigStore } from './store.ts'
import { render, type RenderChoice } from './sync.ts'

export { sealedColumns } from './store.ts'
export type { ConfigEntryAsked, ConfigEntryRead } from './config-room.ts'
export { restoreFiles, writeFiles, type NewFile, type Written } from './files/write-files.ts'
export { confinedPath } from './files/confined-path.ts'
export { diffOf } from './render/file-diff.ts'
export { mask, maskPair } from './render/mask-text.ts'
export type { AppPlace, RenderedFile, TemplateEntry } from './render/render.ts'
export type { ConfigSource } from './config-source.ts'
export type { ConfigValues, Note } from './source.ts'
export type { RenderChoice } from './sync.ts'
export { editEnv, printEnv, readEnv as parseEnv, type EnvEntry, type EnvText } from './text/env-text.ts'

export interface ConfigParts {
  readonly database: Database
  readonly secrets: Pick<Secrets, 'seal' | 'open'>
  /** Folder for the old content of files that are changed; made with mode 0700. */
  readonly backupFolder: string
  readonly announce: (event: NewEvent) => unknown
  /** True for a caller who could run programs on this machine anyway, and so may use its files. */
  readonly mayUseMachine: (caller: Caller) => boolean
  /** Reads what a manifest says of its config. Throws STACK_INVALID or NOT_FOUND. */
  readonly readConfigEntry: (input: ConfigEntryAsked) => Promise<ConfigEntryRead>
  /** Epoch ms. */
  readonly clock?: () => number
}

export interface Configs {
  readonly handlers: Handlers<typeof configs>
  /**
   * The values of a source as they are now. A file's set, `<stack>-<environment>`, is made at first use; when the file was changed by
   * someone else a new version is recorded, by and why as `note` says. Errors are in `problems`: what they mean is the caller's decision.
   */
  values(source: ConfigSource, note?: Note): Promise<ConfigValues>
  /** Every template as the file it would make; nothing is written or recorded. Throws CONFIG_INVALID, NOT_FOUND, POLICY_REFUSED. */
  render(
    source: ConfigSource,
    templates: readonly TemplateEntry[],
    directory: string,
    choice?: RenderChoice,
  ): Promise<RenderedFile[]>
}

/** Config sets: values with a schema, kept in versions, and the files that are made of them. */
export function createConfigs(parts: ConfigParts): Configs {
  const room: ConfigRoom = {
    store: openConfigStore(parts.database, parts.secrets),
    backupFolder: parts.backupFolder,
    clock: parts.clock ?? Date.now,
    announce: parts.announce,
    mayUseMachine: parts.mayUseMachine,
    readConfigEntry: parts.readConfigEntry,
  }
  return {
    handlers: configHandlers(room),
    values: (source, note) => values(room, source, note),
    render: (source, templates, directory, choice) => render(room, source, templates, directory, choice),
  }
}
