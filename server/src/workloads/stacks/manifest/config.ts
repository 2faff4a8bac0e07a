import { z } from 'zod'

const TemplateEntry = z.strictObject({
  from: z.string().max(500).describe('Nunjucks template, relative to this file'),
  to: z.string().max(500).describe('file it makes, relative to this file'),
  app: z.string().max(63).optional().describe('app it belongs to; told from the path unless given'),
  mode: z
    .string()
    .regex(/^0?[0-7]{3}$/, 'Use an octal mode such as 0600.')
    .optional()
    .describe('0600 unless told'),
})

export const ConfigEntry = z
  .strictObject({
    file: z.string().max(500).optional().describe('master file of NAME=value lines, relative to this one'),
    set: z.string().max(63).optional().describe('config set of the control plane, instead of a file'),
    schema: z
      .union([z.string().max(500), z.record(z.string(), z.unknown())])
      .optional()
      .describe('JSON Schema of the values: a file, or the schema itself'),
    secrets: z
      .array(z.string().max(200))
      .max(500)
      .optional()
      .describe('keys that are secret beside those whose names say so'),
    templates: z.array(TemplateEntry).max(200).optional().describe('files made from the values'),
  })
  .superRefine((config, context) => {
    if (config.file !== undefined && config.set !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['set'],
        message: 'The values come from a file or from a set. Keep one.',
      })
  })
export type ConfigEntry = z.output<typeof ConfigEntry>
