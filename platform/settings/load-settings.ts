import type { SettingValues, SettingsDefinition } from './definition.ts'
import { type RawValue, readValue } from './raw-value.ts'
import { readFile } from './read-file.ts'
import { readFlags } from './read-flags.ts'
import { SettingsRefused } from './settings-refused.ts'

export type SettingSource = 'flag' | 'environment' | 'file' | 'default'

export interface SettingsInput {
  /** Without the program's own name: `process.argv.slice(2)`. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** A YAML or JSON file; it must be there when it is named. */
  readonly file?: string | undefined
}

export interface SettingLine {
  readonly key: string
  /** As JSON would show it; `[secret]` for one that is secret and set. */
  readonly value: string
  readonly source: SettingSource
  readonly variable: string
  readonly flag: string | null
  readonly description: string
}

export interface LoadedSettings<Definition extends SettingsDefinition> {
  readonly values: SettingValues<Definition>
  readonly sources: Readonly<Record<keyof Definition, SettingSource>>
  describe(): SettingLine[]
}

/** Flag before environment before file before default. Throws SettingsRefused with every problem at once. */
export function loadSettings<Definition extends SettingsDefinition>(
  definition: Definition,
  input: SettingsInput,
): LoadedSettings<Definition> {
  const problems: string[] = []
  const flags = readFlags(definition, input.argv, problems)
  const file = input.file === undefined ? new Map<string, RawValue>() : readFile(definition, input.file, problems)
  const values: Record<string, unknown> = {}
  const sources: Record<string, SettingSource> = {}
  for (const [key, setting] of Object.entries(definition)) {
    const text = input.env[setting.variable]
    // A variable that is set to nothing counts as not set: that is how compose files pass an absent one on.
    const environment =
      text === undefined || text === '' ? undefined : { value: text, isText: true, where: setting.variable }
    const found: [SettingSource, RawValue | undefined][] = [
      ['flag', flags.get(key)],
      ['environment', environment],
      ['file', file.get(key)],
    ]
    const [source, raw] = found.find(([, value]) => value !== undefined) ?? ['default', undefined]
    sources[key] = source
    if (raw === undefined) {
      values[key] = setting.default
      if (setting.default === undefined && !setting.schema.safeParse(undefined).success) {
        problems.push(
          `${key} is not set. Set ${setting.variable}${setting.flag ? ` or --${setting.flag}` : ''}: ${setting.description}`,
        )
      }
      continue
    }
    const read = readValue(setting.schema, raw)
    if ('value' in read) values[key] = read.value
    else problems.push(refusal(key, raw, setting.secret ? null : read.reason))
  }
  if (problems.length > 0) throw new SettingsRefused(problems)
  return {
    values: Object.freeze(values) as SettingValues<Definition>,
    sources: sources as Record<keyof Definition, SettingSource>,
    describe: () => describe(definition, values, sources),
  }
}

function refusal(key: string, raw: RawValue, reason: string | null): string {
  if (reason === null) return `${raw.where}: the value of ${key} does not fit (it is not shown, it is secret).`
  return `${raw.where}: ${key} is ${JSON.stringify(raw.value)}: ${reason}.`
}

function describe(
  definition: SettingsDefinition,
  values: Record<string, unknown>,
  sources: Record<string, SettingSource>,
): SettingLine[] {
  return Object.entries(definition).map(([key, { variable, flag, secret, description }]) => {
    const value = values[key]
    const shown = value === undefined || value === null ? '' : secret ? '[secret]' : JSON.stringify(value)
    return { key, value: shown, source: sources[key] ?? 'default', variable, flag: flag ?? null, description }
  })
}
