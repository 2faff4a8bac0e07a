import { isIP } from 'node:net'
import { z } from 'zod'
import { AppEntry } from './apps.ts'
import { BackupEntry } from './backup.ts'
import { ConfigEntry } from './config.ts'
import { EnvironmentEntry } from './environments.ts'
import { Command, Duration, Scalar, Signal, Size, whole } from './forms.ts'
import { NotificationEntry, PipelineEntry, RequiresEntry, RetentionEntry, ScheduleEntry } from './pipeline.ts'

const Restart = z
  .preprocess(
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
  .meta({ form: 'restart' })

const engine = z.enum(['mysql', 'postgres', 'redis'])
const server = {
  engine: engine.describe('mysql (also MariaDB), postgres or redis'),
  host: z.string().max(253).optional().describe('127.0.0.1 unless told'),
  port: whole(1, 65_535).optional().describe('the usual one of the engine unless told'),
  username: z.string().max(200).optional().describe('user to sign in as'),
  password_variable: z.string().max(200).optional().describe('variable of the service that holds the password'),
  database: z.string().max(200).optional().describe('database to ask; for redis its number'),
}
const DatabaseCheck = z.strictObject(server)
const QueueCheck = z.strictObject({
  ...server,
  pending: z.string().max(200).describe('list of Redis, or table, of what waits'),
  failed: z.string().max(200).optional().describe('the same for what failed'),
  max_pending: whole(0, 1_000_000_000).optional().describe('longest pending that is let pass; any unless told'),
  max_failed: whole(0, 1_000_000_000).optional().describe('most in failed that is let pass; any unless told'),
})
export const checkKinds = ['http', 'tcp', 'websocket', 'command', 'database', 'queue'] as const

const healthKeys = {
  name: z.string().min(1).max(63).optional().describe('shown with the check; its kind unless told'),
  http: z.string().max(2000).optional().describe('URL that must answer'),
  tcp: z
    .union([z.string(), z.number()])
    .optional()
    .describe('host:port, or a port on this machine, that must accept a connection'),
  websocket: z.string().max(2000).optional().describe('ws:// URL that must accept a connection'),
  command: Command.optional().describe('command that must end with code 0'),
  contains: z.string().max(1000).optional().describe('text that the answer to http must hold'),
  database: DatabaseCheck.optional().describe(
    'a database that must answer: engine, host, port, username, password_variable, database',
  ),
  queue: QueueCheck.optional().describe(
    'a queue that must not pile up: as database, and pending, failed, max_pending, max_failed',
  ),
  expect_status: whole(100, 599)
    .optional()
    .describe('HTTP status that counts as healthy; any from 200 to 399 unless told'),
  interval: Duration.optional().describe('time between two checks, 10s unless told, 500ms at least'),
  timeout: Duration.optional().describe('longest wait for an answer, 5s unless told'),
  retries: whole(1, 100).optional().describe('failures in a row before it is unhealthy, 3 unless told'),
  start_period: Duration.optional().describe('failures this soon after the start do not count'),
}

const oneKind = { oneOf: checkKinds.map((kind) => ({ required: [kind] })) }
function requireOneKind(check: Partial<Record<keyof typeof healthKeys, unknown>>, context: z.RefinementCtx): void {
  const kinds = checkKinds.filter((kind) => check[kind] !== undefined)
  if (kinds.length !== 1) {
    context.addIssue({
      code: 'custom',
      message: `A health check is one of ${checkKinds.slice(0, -1).join(', ')} or ${checkKinds.at(-1)}.`,
    })
  }
  if (check.expect_status !== undefined && check.http === undefined) {
    context.addIssue({ code: 'custom', path: ['expect_status'], message: 'expect_status goes with http only.' })
  }
}

export const HealthEntry = z.strictObject(healthKeys).meta(oneKind).superRefine(requireOneKind)
const GateEntry = z
  .strictObject({
    ...healthKeys,
    service: z.string().optional().describe('service whose new instances are asked'),
  })
  .meta(oneKind)
  .superRefine(requireOneKind)

/** Where a service is reached while its instances come and go. */
const Expose = z
  .preprocess(
    (value) => (typeof value === 'number' || typeof value === 'string' ? { port: value } : value),
    z.strictObject({
      port: whole(1, 65_535).describe('port that people and other services use'),
      host: z.string().max(253).optional().describe('address it listens on, 127.0.0.1 unless told'),
      protocol: z.enum(['http', 'tcp']).optional().describe('http unless told: switched by request; tcp by connection'),
      hostnames: z.array(z.string().max(253)).max(50).optional().describe('names it answers to; all unless told'),
      proxy: z.enum(['switch', 'caddy', 'traefik']).optional().describe('who takes the requests; switch unless told'),
    }),
  )
  .meta({ form: 'expose' })

export const ServiceEntry = z.strictObject({
  command: Command.optional().describe(
    'program and arguments, as a list or as text that is split into words; no shell runs it; {port} stands for the port of the instance',
  ),
  app: z.string().max(63).optional().describe('the app it runs; its folder is then that of the release'),
  expose: Expose.optional().describe(
    'a port, or a map with port, host, protocol, hostnames, proxy: requests come in there, and instances get a port of their own in PORT',
  ),
  replicas: whole(1, 100).optional().describe('instances beside each other, 1 unless told; more need expose'),
  strategy: z
    .enum(['recreate', 'rolling', 'blue-green', 'canary'])
    .optional()
    .describe('how this service is replaced, where it differs from the others'),
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

const Address = z.string().refine((text) => isIP(text) !== 0, 'Use an address such as 10.0.0.5, not a name.')

/** What a deployment adds to services that a Compose file describes, by their names there. */
export const ComposeServiceEntry = z.strictObject({
  app: z.string().max(63).optional().describe('the app whose image it runs, in place of the image in the Compose file'),
  port: whole(1, 65_535)
    .optional()
    .describe('port inside the container that expose leads to; its only one unless told'),
  expose: Expose.optional().describe('as for a process: takes the place of ports of the Compose file'),
  strategy: ServiceEntry.shape.strategy,
})

/** wheelhouse.yaml: processes and containers, and how they are deployed. Keys that start with x- are free. */
export const Manifest = z.strictObject({
  name: z.string().optional().describe('name of the stack'),
  services: z.record(z.string(), ServiceEntry).optional().describe('processes by name'),
  compose: z
    .strictObject({
      file: z.string().max(300).describe('Compose file, relative to this one'),
      services: z.record(z.string(), ComposeServiceEntry).optional().describe('what deployments add, by service'),
      bind: z
        .record(z.string().max(100), Address)
        .optional()
        .describe(
          'for targets on other machines, by their names: the address there on which instances of exposed services listen for the proxy, 0.0.0.0 for all; the loopback unless told',
        ),
      registry: z
        .string()
        .max(255)
        .regex(
          /^[a-z0-9][a-z0-9._-]*(:\d{1,5})?(\/[a-z0-9][a-z0-9._-]*)*$/i,
          'Use an address and a path, such as registry.example.com/shop.',
        )
        .optional()
        .describe(
          'where images of apps are pushed for the nodes of a Swarm, such as registry.example.com/shop; without it they are brought to every node, all of which have to be registered',
        ),
    })
    .optional()
    .describe('containers of the same stack'),
  apps: z.record(z.string().max(63), AppEntry).optional().describe('what is built, by name'),
  target: z
    .union([z.string(), z.array(z.string()).min(1).max(100)])
    .optional()
    .describe(
      'targets: processes go to those of processes, containers to engines and Swarms; the only fitting one unless told, which a Swarm never is',
    ),
  environments: z
    .record(z.string().max(63), EnvironmentEntry)
    .optional()
    .describe('where the same stack is brought to'),
  default_environment: z.string().max(63).optional().describe('environment that is meant unless one is told'),
  config: ConfigEntry.optional().describe('where values come from, and the files made from them'),
  pipeline: PipelineEntry.optional().describe('how a deployment goes'),
  gates: z
    .array(GateEntry)
    .max(50)
    .optional()
    .describe('checks that must pass before the switch; with service they are asked of each new instance'),
  verify: z.array(HealthEntry).max(50).optional().describe('checks that must pass after the switch'),
  backup: BackupEntry.optional().describe('what a backup holds'),
  retention: RetentionEntry.optional().describe('which releases are kept'),
  requires: RequiresEntry.optional().describe('what preflight asks for'),
  certificates: z
    .array(z.string().max(300))
    .max(50)
    .optional()
    .describe('certificate files (PEM) or names of certificates that preflight looks at'),
  notifications: z
    .array(NotificationEntry)
    .max(50)
    .optional()
    .describe('who is told, beside those who are told of every stack'),
  schedule: z.array(ScheduleEntry).max(50).optional().describe('deployments and backups at set times'),
})
export type Manifest = z.output<typeof Manifest>
