export { defineSettings, type SettingDefinition, type SettingsDefinition, type SettingValues } from './definition.ts'
export { loadSettings, type LoadedSettings, type SettingSource } from './load-settings.ts'
export { SettingsRefused } from './settings-refused.ts'
