import { homedir } from 'node:os'
import { join } from 'node:path'
import { defineSettings, type SettingValues } from '@wheelhouse/platform/settings'
import { z } from 'zod'

const dataFolder = (): string => join(process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'wheelhouse')
const port = z.int().min(0).max(65_535)
const texts = z.array(z.string())

/** Every setting of the control plane: what it is, where it may be set, and its safe default. */
export const settings = defineSettings({
  port: {
    schema: port,
    default: 8080,
    variable: 'WHEELHOUSE_PORT',
    flag: 'port',
    description: 'port to listen on; 0 takes a free one',
  },
  host: {
    schema: z.string(),
    default: '127.0.0.1',
    variable: 'WHEELHOUSE_HOST',
    flag: 'host',
    description: 'address to listen on; 0.0.0.0 opens it to the network',
  },
  data: {
    schema: z.string(),
    default: dataFolder(),
    variable: 'WHEELHOUSE_DATA',
    flag: 'data',
    description: 'folder for the database, keys and logs of processes',
  },
  database: {
    schema: z.string().nullable(),
    default: null,
    variable: 'WHEELHOUSE_DATABASE',
    secret: true,
    description: 'postgres://user:password@host:port/database; SQLite in the data folder unless told',
  },
  redis: {
    schema: z.string().nullable(),
    default: null,
    variable: 'WHEELHOUSE_REDIS',
    secret: true,
    description: 'redis://host:port for bus, state and jobs; in memory unless told',
  },
  masterKey: {
    schema: z.string().nullable(),
    default: null,
    variable: 'WHEELHOUSE_MASTER_KEY',
    secret: true,
    description: '32 bytes as hex or base64; a key file in the data folder unless told',
  },
  adminUsername: {
    schema: z.string().nullable(),
    default: null,
    variable: 'WHEELHOUSE_ADMIN_USERNAME',
    description: 'user name of the first administrator',
  },
  adminPassword: {
    schema: z.string().nullable(),
    default: null,
    variable: 'WHEELHOUSE_ADMIN_PASSWORD',
    secret: true,
    description: 'password of the first administrator',
  },
  publicUrl: {
    schema: z.url().nullable(),
    default: null,
    variable: 'WHEELHOUSE_PUBLIC_URL',
    description: 'address people use, for links; the listening address unless told',
  },
  allowedOrigins: {
    schema: texts,
    default: [],
    variable: 'WHEELHOUSE_ALLOWED_ORIGINS',
    description: 'further origins whose pages may use the API',
  },
  trustProxy: {
    schema: z.boolean(),
    default: false,
    variable: 'WHEELHOUSE_TRUST_PROXY',
    description: 'believe the X-Forwarded-* headers that the one proxy before it writes; never without a proxy',
  },
  logLevel: {
    schema: z.enum(['debug', 'info', 'warn', 'error', 'silent']),
    default: 'info',
    variable: 'WHEELHOUSE_LOG_LEVEL',
    flag: 'log-level',
    description: 'least level that is logged',
  },
  discoverDocker: {
    schema: z.boolean(),
    default: true,
    variable: 'WHEELHOUSE_DISCOVER_DOCKER',
    description: 'take a Docker engine on the usual socket or DOCKER_HOST as a target',
  },
  certificateAuthority: {
    schema: z.enum(['auto', 'wheelhouse']),
    default: 'auto',
    variable: 'WHEELHOUSE_CERTIFICATE_AUTHORITY',
    description: 'who signs local certificates: mkcert where it is installed (auto), or always our own (wheelhouse)',
  },
  mkcertRoot: {
    schema: z.string().nullable(),
    default: null,
    variable: 'WHEELHOUSE_MKCERT_ROOT',
    description: 'folder of the authority of mkcert (its CAROOT); its own choice unless told',
  },
  caddyAdmin: {
    schema: z.string().nullable(),
    default: null,
    variable: 'WHEELHOUSE_CADDY_ADMIN',
    description: 'admin address of a Caddy that services may be exposed through, such as http://127.0.0.1:2019',
  },
  traefikToken: {
    schema: z
      .string()
      .regex(/^[\w.~+/=-]{24,200}$/)
      .nullable(),
    default: null,
    variable: 'WHEELHOUSE_TRAEFIK_TOKEN',
    secret: true,
    description:
      'what Traefik sends as bearer token to /proxies/traefik, 24 characters or more; services may be exposed through Traefik once it is set',
  },
  traefikApi: {
    schema: z.url({ protocol: /^https?$/ }).nullable(),
    default: null,
    variable: 'WHEELHOUSE_TRAEFIK_API',
    description:
      'address of the API of that Traefik, to see when it has taken a change over; two polls are waited for unless told',
  },
  traefikEntryPoints: {
    schema: z.array(z.string().regex(/^\d{1,5}=[\w.-]+$/)),
    default: [],
    variable: 'WHEELHOUSE_TRAEFIK_ENTRY_POINTS',
    description: 'what its entry points are called, such as 80=web,443=websecure; port-<port> unless told',
  },
  traefikPollMs: {
    schema: z.int().min(100).max(600_000),
    default: 5_000,
    variable: 'WHEELHOUSE_TRAEFIK_POLL_MS',
    description: 'its providers.http.pollInterval in ms',
  },
  undoPatienceMs: {
    schema: z.int().min(0).max(86_400_000),
    default: 120_000,
    variable: 'WHEELHOUSE_UNDO_PATIENCE_MS',
    description:
      'ms that the undo of a deployment waits for a target that does not answer before it is said to have failed',
  },
  settleMs: {
    schema: z.int().min(0).max(600_000),
    default: 2_000,
    variable: 'WHEELHOUSE_SETTLE_MS',
    description: 'ms that what was started must stay up before it counts as up',
  },
  bindFolders: {
    schema: texts,
    default: [],
    variable: 'WHEELHOUSE_BIND_FOLDERS',
    description: 'host folders that developers may mount into containers, none below them',
  },
  requestsPerMinute: {
    schema: z.int().min(1),
    default: 6_000,
    variable: 'WHEELHOUSE_REQUESTS_PER_MINUTE',
    description: 'requests a minute of one caller',
  },
  signInsPerMinute: {
    schema: z.int().min(1),
    default: 30,
    variable: 'WHEELHOUSE_SIGN_INS_PER_MINUTE',
    description: 'tries to sign in a minute from one address',
  },
  socketsPerUser: {
    schema: z.int().min(1),
    default: 10,
    variable: 'WHEELHOUSE_SOCKETS_PER_USER',
    description: 'open sockets of one user',
  },
  streamsPerService: {
    schema: z.int().min(1),
    default: 50,
    variable: 'WHEELHOUSE_STREAMS_PER_SERVICE',
    description: 'streams of one service that may be open',
  },
  maxUploadBytes: {
    schema: z.int().min(1),
    default: 10_737_418_240,
    variable: 'WHEELHOUSE_MAX_UPLOAD_BYTES',
    description: 'bytes that one upload may bring: files, images, volumes',
  },
  terminalsPerUser: {
    schema: z.int().min(1),
    default: 10,
    variable: 'WHEELHOUSE_TERMINALS_PER_USER',
    description: 'terminals that one user may have open',
  },
  terminalDetachedMs: {
    schema: z.int().min(0).max(86_400_000),
    default: 300_000,
    variable: 'WHEELHOUSE_TERMINAL_DETACHED_MS',
    description: 'ms that a terminal waits for somebody to join it again before it and its command are ended',
  },
  metricsIntervalMs: {
    schema: z.int().min(1_000).max(300_000),
    default: 10_000,
    variable: 'WHEELHOUSE_METRICS_INTERVAL_MS',
    description: 'time between two readings of a service',
  },
  metricsHistory: {
    schema: z.boolean(),
    default: true,
    variable: 'WHEELHOUSE_METRICS_HISTORY',
    description: 'keep the readings of every service and target, also beyond its container',
  },
  metricsHistoryBytes: {
    schema: z.int().min(16_777_216),
    default: 1_073_741_824,
    variable: 'WHEELHOUSE_METRICS_HISTORY_BYTES',
    description: 'bytes that kept readings may take on the disk; the oldest go first',
  },
  metricsHistoryDays: {
    schema: z.int().min(1).max(90),
    default: 2,
    variable: 'WHEELHOUSE_METRICS_HISTORY_DAYS',
    description: 'days that a reading each 10 s is kept',
  },
  metricsMinuteDays: {
    schema: z.int().min(1).max(730),
    default: 14,
    variable: 'WHEELHOUSE_METRICS_MINUTE_DAYS',
    description: 'days that what minutes come to is kept',
  },
  metricsHalfHourDays: {
    schema: z.int().min(1).max(3_650),
    default: 400,
    variable: 'WHEELHOUSE_METRICS_HALF_HOUR_DAYS',
    description: 'days that what half hours come to is kept',
  },
  remoteWriteUrl: {
    schema: z
      .url({ protocol: /^https?$/ })
      .refine((url) => !/^https?:\/\/[^/]*@/.test(url), 'put no password into the address; use the token')
      .nullable(),
    default: null,
    variable: 'WHEELHOUSE_REMOTE_WRITE_URL',
    description:
      'where every reading is sent on to as a remote write of Prometheus, such as https://metrics.example/api/v1/write',
  },
  remoteWriteToken: {
    schema: z.string().min(1).nullable(),
    default: null,
    variable: 'WHEELHOUSE_REMOTE_WRITE_TOKEN',
    secret: true,
    description: 'sent with it as bearer token',
  },
  logHistory: {
    schema: z.boolean(),
    default: true,
    variable: 'WHEELHOUSE_LOG_HISTORY',
    description: 'keep the lines of every service, also beyond its container',
  },
  logHistoryBytes: {
    schema: z.int().min(16_777_216),
    default: 2_147_483_648,
    variable: 'WHEELHOUSE_LOG_HISTORY_BYTES',
    description: 'bytes that kept lines may take on the disk; the oldest of the loudest go first',
  },
  logHistoryDays: {
    schema: z.int().min(1).max(3_650),
    default: 30,
    variable: 'WHEELHOUSE_LOG_HISTORY_DAYS',
    description: 'days after which a kept line goes, also when there is room',
  },
  keepEvents: {
    schema: z.int().min(100),
    default: 50_000,
    variable: 'WHEELHOUSE_KEEP_EVENTS',
    description: 'events kept in the timeline',
  },
  keepAuditDays: {
    schema: z.int().min(1),
    default: 365,
    variable: 'WHEELHOUSE_KEEP_AUDIT_DAYS',
    description: 'days the audit log is kept',
  },
  examples: {
    schema: z.string().nullable(),
    default: null,
    variable: 'WHEELHOUSE_EXAMPLES',
    description: 'folder of example stacks; those of the checkout unless told',
  },
})
export type Settings = SettingValues<typeof settings>

/** What is set in a way that a careful person would not. Told at start and on the settings page. */
export function settingWarnings(values: Settings): string[] {
  const warnings: string[] = []
  const open = values.host !== '127.0.0.1' && values.host !== '::1' && values.host !== 'localhost'
  if (open && !values.publicUrl?.startsWith('https:')) {
    warnings.push(
      `It listens on ${values.host} without TLS: passwords can be read on the way. Put a proxy with a certificate before it and set WHEELHOUSE_PUBLIC_URL.`,
    )
  }
  if (values.trustProxy && open)
    warnings.push(
      'WHEELHOUSE_TRUST_PROXY believes every client’s X-Forwarded-For. Listen on 127.0.0.1 behind the proxy.',
    )
  if (values.adminPassword !== null)
    warnings.push(
      'WHEELHOUSE_ADMIN_PASSWORD stays in the environment. It is used once: unset it after the first start.',
    )
  if (values.traefikToken === null && values.traefikApi !== null)
    warnings.push('WHEELHOUSE_TRAEFIK_API does nothing without WHEELHOUSE_TRAEFIK_TOKEN, which opens its endpoint.')
  if (values.remoteWriteToken !== null && values.remoteWriteUrl?.startsWith('http:'))
    warnings.push('WHEELHOUSE_REMOTE_WRITE_URL has no TLS: its token can be read on the way. Use https.')
  if (values.allowedOrigins.includes('*'))
    warnings.push('WHEELHOUSE_ALLOWED_ORIGINS has no wildcard: "*" allows nothing. Name the origins.')
  return warnings
}
