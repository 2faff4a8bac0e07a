import { json } from '@codemirror/lang-json'
import { yaml } from '@codemirror/lang-yaml'
import type { Extension } from '@codemirror/state'
import { envLanguage } from './env-language.ts'
import { yamlValues } from './tones.ts'

export type Language = 'yaml' | 'json' | 'env' | 'text'

export const languages: Readonly<Record<Language, Extension>> = {
  yaml: [yaml(), yamlValues],
  json: json(),
  env: envLanguage,
  text: [],
}
