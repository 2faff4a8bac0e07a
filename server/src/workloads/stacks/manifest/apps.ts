import { z } from 'zod'
import { Command, Duration, Scalar } from './forms.ts'

export const AppEntry = z.strictObject({
  path: z.string().max(500).optional().describe('folder of the source, relative to this file; apps/<name> unless told'),
  builder: z.string().max(40).describe('laravel, nuxt, flutter, node, python, image or static'),
  options: z.record(z.string(), z.unknown()).optional().describe("the builder's own keys: docs/builders.md"),
  environment: z.record(z.string(), Scalar).optional().describe('variables of the build'),
  secrets: z
    .array(z.string().max(200))
    .max(100)
    .optional()
    .describe('keys of the config that the build gets as variables'),
  exclude: z
    .array(z.string().max(300))
    .max(200)
    .optional()
    .describe('globs of the source that the build does not need'),
  shared: z
    .array(z.string().max(300))
    .max(100)
    .optional()
    .describe('files and folders that outlive releases, such as storage/app; a folder ends with /'),
  test: z
    .union([Command, z.array(z.array(z.string()).min(1)).min(1).max(20), z.literal(false)])
    .optional()
    .describe("command that tests the built app, or a list of them; the builder's own unless told, false for none"),
  optional: z.boolean().optional().describe('built only when it is named'),
  timeout: Duration.optional().describe('longest build, 10m unless told'),
})
export type AppEntry = z.output<typeof AppEntry>
