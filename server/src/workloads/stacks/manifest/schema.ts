import { z } from 'zod'
import { parseDuration } from '../file/duration.ts'
import { parseSize } from '../file/size.ts'

/** Texts and numbers that stand for milliseconds; a number alone would leave the unit open, so only 0 is taken. */
const Duration = z
  .union([z.string(), z.literal(0)], { error: 'A duration needs its unit, such as 10s, 1m30s or 500ms.' })
  .transform((text, context) => {
    const read = parseDuration(String(text))
    if (read !== null) return read
    context.addIssue({ code: 'custom', message: `"${text}" is not a duration. Write it like 10s, 1m30s or 500ms.` })
    return z.NEVER
  })
  .meta({ form: 'duration' })

const Size = z
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
const whole = (least: number, most: number) => z.preprocess(digits, z.int().min(least).max(most))
const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])
const Command = z.union([z.string().min(1), z.array(z.union([z.string(), z.number(), z.boolean()])).min(1)])
const Signal = z.string().regex(/^SIG[A-Z0-9+]+$/, 'Use a signal name such as SIGTERM.')

const Restart = z.preprocess(
  (value) =>
    typeof value === 'string' || typeof value === 'boolean' ? { policy: value === false ? 'no' : value } : value,
  z.strictObject({
    policy: z.enum(['no', 'always', 'on-failure', 'unless-stopped']).describe('when it is started again'),
    delay: Duration.optional().describe('wait before the first restart, 1s unless told; doubles each time'),
    max_delay: Duration.optional().describe('longest wait, 1m unless told'),
    max_retries: whole(0, 1_000_000)
      .optional()
      .describe('restarts in a row before it is given up; endless unless told'),
  }),
)

export const HealthEntry = z
  .strictObject({
    name: z.string().min(1).max(63).optional().describe('shown with the check; its kind unless told'),
    http: z.string().max(2000).optional().describe('URL that must answer'),
    tcp: z
      .union([z.string(), z.number()])
      .optional()
      .describe('host:port, or a port on this machine, that must accept a connection'),
    websocket: z.string().max(2000).optional().describe('ws:// URL that must accept a connection'),
    command: Command.optional().describe('command that must end with code 0'),
    expect_status: whole(100, 599)
      .optional()
      .describe('HTTP status that counts as healthy; any from 200 to 399 unless told'),
    interval: Duration.optional().describe('time between two checks, 10s unless told, 500ms at least'),
    timeout: Duration.optional().describe('longest wait for an answer, 5s unless told'),
    retries: whole(1, 100).optional().describe('failures in a row before it is unhealthy, 3 unless told'),
    start_period: Duration.optional().describe('failures this soon after the start do not count'),
  })
  .superRefine((check, context) => {
    const kinds = (['http', 'tcp', 'websocket', 'command'] as const).filter((kind) => check[kind] !== undefined)
    if (kinds.length !== 1) {
      context.addIssue({ code: 'custom', message: 'A health check is one of http, tcp, websocket or command.' })
    }
    if (check.expect_status !== undefined && check.http === undefined) {
      context.addIssue({ code: 'custom', path: ['expect_status'], message: 'expect_status goes with http only.' })
    }
  })

export const ServiceEntry = z.strictObject({
  command: Command.describe('program and arguments, as a list or as text that is split into words; no shell runs it'),
  directory: z.string().optional().describe("folder it runs in, relative to the stack's own, which it is unless told"),
  environment: z
    .union([z.record(z.string(), Scalar), z.array(z.string())])
    .optional()
    .describe('variables, as a map or as NAME=value lines; a name without a value takes it from the variables'),
  env_file: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe('files of NAME=value lines; environment wins over them'),
  ports: z.array(whole(1, 65_535)).optional().describe('ports it listens on, to show them'),
  restart: Restart.optional().describe(
    'no, always, on-failure or unless-stopped (always unless told), or a map with policy, delay, max_delay, max_retries',
  ),
  stop: z
    .strictObject({
      signal: Signal.optional().describe('SIGTERM unless told'),
      timeout: Duration.optional().describe('wait before it is killed, 10s unless told'),
    })
    .optional()
    .describe('how it is stopped'),
  log: z
    .strictObject({
      max_size: Size.optional().describe('of one log file, 10MB unless told'),
      files: whole(0, 100).optional().describe('old files kept beside it, 3 unless told'),
    })
    .optional()
    .describe('how its output is kept'),
  health: z.array(HealthEntry).max(16).optional().describe('checks that Wheelhouse runs'),
  labels: z.record(z.string(), Scalar).optional().describe('free words to find it by'),
  depends_on: z
    .union([z.array(z.string()), z.record(z.string(), z.enum(['started', 'healthy', 'completed']))])
    .optional()
    .describe('services that must be up first: a list, or a map to started, healthy or completed'),
})

/** wheelhouse.yaml, a stack of processes. Keys that start with x- are free. */
export const Manifest = z.strictObject({
  name: z.string().optional().describe('name of the stack'),
  services: z.record(z.string(), ServiceEntry).describe('processes by name'),
})
export type Manifest = z.output<typeof Manifest>
