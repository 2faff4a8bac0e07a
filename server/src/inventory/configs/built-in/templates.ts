import { laravel } from './laravel.ts'
import { node } from './node.ts'
import { nuxt } from './nuxt.ts'
import type { BuiltInTemplate } from './template.ts'

export const builtInTemplates: readonly BuiltInTemplate[] = [laravel, node, nuxt]
