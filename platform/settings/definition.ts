import type { z } from 'zod'

export interface SettingDefinition<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema
  /** Absent: the setting is required unless its schema takes undefined. */
  readonly default?: z.output<Schema>
  /** Its environment variable. */
  readonly variable: string
  /** Its command line flag without dashes. */
  readonly flag?: string
  /** Hidden by `describe`, and its value in no problem line. */
  readonly secret?: boolean
  readonly description: string
}

/** By key; a dot in a key is a level in the file (`http.port`). */
export type SettingsDefinition = Readonly<Record<string, SettingDefinition>>

export type SettingValues<Definition extends SettingsDefinition> = {
  readonly [Key in keyof Definition]: z.output<Definition[Key]['schema']>
}

/** Keeps the exact keys and schemas; throws where two settings share a flag or a variable. */
export function defineSettings<const Definition extends SettingsDefinition>(definition: Definition): Definition {
  const taken = new Set<string>()
  for (const [key, { variable, flag }] of Object.entries(definition)) {
    for (const name of [variable, ...(flag === undefined ? [] : [`--${flag}`])]) {
      if (taken.has(name)) throw new Error(`${key} uses ${name}, which another setting has already`)
      taken.add(name)
    }
  }
  return definition
}
