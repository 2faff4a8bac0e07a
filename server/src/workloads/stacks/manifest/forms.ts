import { z } from 'zod'
import { parseDuration } from '../file/duration.ts'
import { parseSize } from '../file/size.ts'

// json-schema.ts reads `form`: a schema of what goes in cannot tell what a transform takes.

/** Texts and numbers that stand for milliseconds; a number alone would leave the unit open, so only 0 is taken. */
export const Duration = z
  .union([z.string(), z.literal(0)], { error: 'A duration needs its unit, such as 10s, 1m30s or 500ms.' })
  .transform((text, context) => {
    const read = parseDuration(String(text))
    if (read !== null) return read
    context.addIssue({ code: 'custom', message: `"${text}" is not a duration. Write it like 10s, 1m30s or 500ms.` })
    return z.NEVER
  })
  .meta({ form: 'duration' })

export const Size = z
  .union([z.string(), z.number()])
  .transform((text, context) => {
    const read = parseSize(String(text))
    if (read !== null) return read
    context.addIssue({ code: 'custom', message: `"${text}" is not a size. Write it like 10MB, 512k or 1GB.` })
    return z.NEVER
  })
  .meta({ form: 'size' })

/** Variables put numbers in as text, so digits count as a number. */
const digits = (value: unknown): unknown => (typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value)
export const whole = (least: number, most: number) =>
  z.preprocess(digits, z.int().min(least).max(most)).meta({ form: 'whole' })
export const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])
export const Command = z.union([z.string().min(1), z.array(z.union([z.string(), z.number(), z.boolean()])).min(1)])
export const Signal = z.string().regex(/^SIG[A-Z0-9+]+$/, 'Use a signal name such as SIGTERM.')
