import { z } from 'zod'
import { Command, Duration, Size, whole } from './forms.ts'

const fraction = z.number().min(0).max(1)

export const CommandEntry = z
  .strictObject({
    name: z
      .string()
      .max(40)
      .regex(/^[a-z][a-z0-9-]*$/, 'Use small letters, digits and dashes.')
      .describe('name of the stage it makes'),
    before: z.string().max(63).optional().describe('stage it comes before'),
    after: z.string().max(63).optional().describe('stage it comes after'),
    run: Command.describe('program and arguments; no shell runs it'),
    undo: Command.optional().describe('what undoes it'),
    app: z.string().max(63).optional().describe('runs in the folder of that app in the release'),
    timeout: Duration.optional().describe('10m unless told'),
    environments: z.array(z.string()).max(20).optional().describe('only there'),
    allow_failure: z.boolean().optional().describe('its failure is a warning'),
  })
  .meta({ oneOf: [{ required: ['before'] }, { required: ['after'] }] })
  .superRefine((command, context) => {
    if ((command.before === undefined) === (command.after === undefined))
      context.addIssue({ code: 'custom', message: 'A command comes before or after a stage. Name one.' })
  })
export type CommandEntry = z.output<typeof CommandEntry>

export const PipelineEntry = z.strictObject({
  strategy: z
    .enum(['recreate', 'rolling', 'blue-green', 'canary'])
    .optional()
    .describe('recreate unless told: the old stop before the new start'),
  parallel: whole(1, 16).optional().describe('builds beside each other, 2 unless told'),
  skip: z.array(z.string().max(63)).max(40).optional().describe('stages that are left out'),
  timeouts: z.record(z.string(), Duration).optional().describe('longest time of each stage, 10m unless told'),
  commands: z.array(CommandEntry).max(50).optional().describe('stages of your own'),
  gate_timeout: Duration.optional().describe('longest wait for all new instances to be healthy, 2m unless told'),
  drain: Duration.optional().describe('longest wait for requests under way at the old ones, 30s unless told'),
  keep_warm: Duration.optional().describe(
    'how long the old ones of blue-green stay beside, for an instant return; 10m unless told',
  ),
  watch: z
    .strictObject({
      for: Duration.optional().describe('how long it is watched after the switch, 15s unless told; 0 for not at all'),
      max_restarts: whole(0, 1000).optional().describe('restarts of a service that are let pass, 0 unless told'),
      max_error_rate: fraction.optional().describe('share of failed requests that is let pass, 0.05 unless told'),
      least_requests: whole(1, 1_000_000).optional().describe('requests before the share counts, 20 unless told'),
    })
    .optional()
    .describe('what must not get worse after the switch'),
  canary: z
    .strictObject({
      steps: z
        .array(whole(1, 99))
        .min(1)
        .max(20)
        .optional()
        .describe('share of the new in percent, one after the other; [10, 50] unless told'),
      pause: Duration.optional().describe('how long each is watched, 30s unless told'),
    })
    .optional()
    .describe('how canary goes'),
  rollback: z
    .strictObject({
      database: z.boolean().optional().describe('restore the dump when a run that migrated fails; false unless told'),
    })
    .optional()
    .describe('how it is undone'),
})
export type PipelineEntry = z.output<typeof PipelineEntry>

export const RetentionEntry = z.strictObject({
  releases: whole(1, 1000).optional().describe('good releases that are kept, 5 unless told'),
})

export const RequiresEntry = z.strictObject({
  cpus: whole(1, 4096).optional().describe('CPUs the machine of the control plane has at least'),
  memory: Size.optional().describe('free memory, such as 512MB'),
  disk: Size.optional().describe('free disk, such as 2GB'),
  tools: z
    .record(z.string(), z.string().max(40))
    .optional()
    .describe('programs and their least version, such as php: "8.1"'),
  php_extensions: z.array(z.string().max(60)).max(100).optional().describe('extensions that php must have loaded'),
  dns: z.array(z.string().max(253)).max(50).optional().describe('names that must resolve'),
  registries: z.array(z.string().max(253)).max(20).optional().describe('registries that must let us in'),
})

export const NotificationEntry = z.strictObject({
  channel: z.string().max(63).describe('name of a notification channel of the control plane'),
  on: z
    .array(z.enum(['succeeded', 'rolled-back', 'failed', 'waiting']))
    .min(1)
    .optional()
    .describe('ends it is told of; rolled-back and failed unless told'),
})

export const ScheduleEntry = z.strictObject({
  name: z.string().max(63).describe('unique among the schedules of an environment'),
  cron: z.string().max(120).describe('minute hour day month weekday'),
  timezone: z.string().max(60).optional().describe('UTC unless told'),
  do: z.enum(['deploy', 'backup', 'drill']).describe('what is done'),
  environment: z
    .string()
    .max(63)
    .optional()
    .describe('environment it is for; each that the stack is deployed to unless told'),
})
