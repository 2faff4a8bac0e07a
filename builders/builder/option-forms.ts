import { z } from 'zod'
import type { BuildStep } from './builder.ts'

/** What a shell would read more in than words. */
const shellMarks = /["'`\\$|&;<>()*?[\]{}~#]/

const WordList = z.array(z.string()).min(1)
const Text = z
  .string()
  .refine((text) => text.trim() !== '' && !shellMarks.test(text))
  .transform((text) => text.trim().split(/\s+/))

/** A program and its words: a list, or a text of plain words. */
export const Command = z
  .union([WordList, Text], { error: 'No shell runs this. Write it as plain words, or as a list, a word each.' })
  .transform((words) => words as [string, ...string[]])
  .meta({ form: 'command' })

/** A path in the app: relative, and never upwards. */
export const InnerPath = z
  .string()
  .min(1)
  .max(500)
  .refine((path) => !path.startsWith('/') && !path.includes('\0') && !path.split(/[/\\]/).includes('..'), {
    error: 'Use a path in the app, without .. and not from the root.',
  })

/** The name of a program or its absolute path. */
export const Program = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[^-\s\0][^\0]*$/, 'Use the name of a program, or its path.')

export const Version = z.string().regex(/^\d+(\.\d+){0,2}$/, 'Write a version such as 8.1, in quotes.')

export const Globs = z.array(z.string().min(1).max(300)).max(200)

const ExtraStep = z.strictObject({
  title: z.string().min(1).max(100).optional().describe('what people read while it runs; the command unless told'),
  command: Command.describe('the program and its words'),
  directory: InnerPath.optional().describe('in the app; the app itself unless told'),
})
/** Steps of a person's own. */
export const ExtraSteps = z.array(ExtraStep).max(50)

export function extraSteps(steps: z.output<typeof ExtraSteps>): BuildStep[] {
  return steps.map(({ title, command, directory }) => ({
    title: title ?? command.join(' '),
    argv: command,
    ...(directory === undefined ? {} : { directory }),
  }))
}
