import { checkDefaults, type HealthCheckSpec } from '@wheelhouse/contract'
import type { ProcessSpec } from '@wheelhouse/driver'
import { posix } from 'node:path'
import type { z } from 'zod'
import { readCommand } from '../file/command.ts'
import { readEnvironment } from '../file/environment.ts'
import { readLabels } from '../file/labels.ts'
import type { StackScope } from '../file/stack-scope.ts'
import { checkDependencies } from '../file/dependencies.ts'
import type { Path } from '../file/problems.ts'
import type { Fields } from '../file/reader.ts'
import type { Dependency, Exposure, Workload } from '../rendered.ts'
import { checkReferences } from './references.ts'
import { tellIssues } from './issues.ts'
import { checkKinds, type HealthEntry, Manifest, type ServiceEntry } from './schema.ts'

/** Drops the keys that start with x-, which are free for anyone. */
function withoutExtensions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutExtensions)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([key]) => !key.startsWith('x-'))
  return Object.fromEntries(
    kept.map(([key, item]) => [key, key === 'environment' || key === 'labels' ? item : withoutExtensions(item)]),
  )
}

export interface ManifestRead {
  readonly workloads: Workload[]
  /** Null when a problem is an error. */
  readonly manifest: Manifest | null
}

/** Reads wheelhouse.yaml. What is wrong is in the reader's problems; the answer is of use only when none is an error. */
export function readManifest(scope: StackScope, root: Fields): ManifestRead {
  const { problems } = scope.reader
  const parsed = Manifest.safeParse(withoutExtensions(root), { reportInput: true })
  if (!parsed.success) {
    tellIssues(parsed.error.issues, problems)
    return { workloads: [], manifest: null }
  }
  checkReferences(parsed.data, problems)
  const services = Object.entries(parsed.data.services ?? {})
  if (services.length === 0 && parsed.data.compose === undefined && parsed.data.apps === undefined)
    problems.error(['services'], 'The file has no services to run. Add one under services.')
  const dependencies = new Map(services.map(([name, entry]) => [name, readDependencies(entry.depends_on)]))
  checkDependencies(dependencies, [...dependencies.keys()], problems)
  const workloads = services.flatMap(([name, entry]): Workload[] => {
    if (!/^[a-zA-Z0-9][a-zA-Z0-9._-]*$/.test(name)) {
      problems.errorAtKey(
        ['services', name],
        `"${name}" is no service name. Use letters, digits, dots, dashes and underscores.`,
      )
    }
    const spec = readProcess(scope, name, entry)
    const dependsOn = dependencies.get(name) ?? []
    const deploy = {
      app: entry.app ?? null,
      expose: readExposure(entry.expose, null),
      strategy: entry.strategy ?? null,
    }
    const count = entry.replicas ?? 1
    if (count === 1) return [{ spec, dependsOn, deploy }]
    if (entry.expose === undefined)
      problems.error(
        ['services', name, 'replicas'],
        `${count} instances cannot share one port. Add expose, so that each gets a port of its own.`,
      )
    return Array.from({ length: count }, (_, index) => ({
      spec: { ...spec, name: `${spec.name}-${index + 1}` },
      dependsOn,
      deploy,
    }))
  })
  return { workloads, manifest: parsed.data }
}

/** `containerPort` is null for a process. */
export function readExposure(
  given: z.output<typeof ServiceEntry>['expose'],
  containerPort: number | null,
): Exposure | null {
  if (given === undefined) return null
  return {
    port: given.port,
    host: given.host ?? '127.0.0.1',
    protocol: given.protocol ?? 'http',
    hostnames: given.hostnames ?? [],
    proxy: given.proxy ?? 'switch',
    containerPort,
  }
}

function readDependencies(given: z.output<typeof ServiceEntry>['depends_on']): Dependency[] {
  if (given === undefined) return []
  if (Array.isArray(given)) return given.map((service) => ({ service, condition: 'started' }))
  return Object.entries(given).map(([service, condition]) => ({ service, condition }))
}

function readProcess(scope: StackScope, service: string, entry: z.output<typeof ServiceEntry>): ProcessSpec {
  const { reader, project } = scope
  const path = ['services', service]
  const argv = readArgv(scope, service, entry)
  const checks = (entry.health ?? []).flatMap((check, index) =>
    readCheck(scope, check, index, [...path, 'health', index]),
  )
  return {
    kind: 'process',
    name: `${project}-${service}`,
    stack: project,
    service,
    digest: '',
    environment: readEnvironment(scope, entry, path),
    labels: readLabels(reader, entry.labels, [...path, 'labels']),
    checks,
    argv,
    directory: readDirectory(scope, entry, path),
    ports: entry.ports ?? [],
    restart: {
      policy: entry.restart?.policy ?? 'always',
      delayMs: entry.restart?.delay ?? 1000,
      maxDelayMs: entry.restart?.max_delay ?? 60_000,
      maxRetries: entry.restart?.max_retries ?? null,
    },
    stop: { signal: entry.stop?.signal ?? 'SIGTERM', timeoutMs: entry.stop?.timeout ?? 10_000 },
    log: { maxBytes: entry.log?.max_size ?? 10 * 1024 * 1024, files: entry.log?.files ?? 3 },
  }
}

function readArgv(scope: StackScope, service: string, entry: z.output<typeof ServiceEntry>): readonly string[] {
  const { problems } = scope.reader
  const path = ['services', service, 'command']
  if (entry.command === undefined) {
    const serve = entry.app === undefined ? undefined : scope.serve?.[entry.app]
    if (serve !== undefined) return serve
    problems.error(path.slice(0, 2), `${service} has no command. Say what it runs with command.`)
    return []
  }
  const argv = readCommand(scope.reader, entry.command, path) ?? []
  if (argv.length === 0 || argv[0] === '') problems.error(path, 'The command is empty.')
  return argv
}

function readDirectory(scope: StackScope, entry: z.output<typeof ServiceEntry>, path: Path): string {
  const written = entry.directory ?? '.'
  if (entry.app !== undefined) {
    const folder = scope.apps?.[entry.app]
    if (folder !== undefined) return posix.resolve(folder, written)
    if (scope.apps === undefined)
      scope.reader.problems.error(
        [...path, 'app'],
        `It runs the app ${entry.app}, which is built first: wh deploy does that.`,
      )
    return ''
  }
  if (posix.isAbsolute(written)) return posix.normalize(written)
  if (scope.directory !== null) return posix.resolve(scope.directory, written)
  scope.reader.problems.error(
    [...path, 'directory'],
    `"${written}" is a relative path. Give the folder on the target that it starts from (directory).`,
  )
  return ''
}

/** Stands for {port} where a check holds its port as a number: the instance puts in its own. */
export const ownPort = 0

export function readCheck(
  scope: Pick<StackScope, 'reader'>,
  entry: z.output<typeof HealthEntry>,
  index: number,
  at: Path,
): HealthCheckSpec[] {
  const { problems } = scope.reader
  const kind = checkKinds.find((one) => entry[one] !== undefined)!
  const timing = {
    name: entry.name ?? (index === 0 ? kind : `${kind}-${index + 1}`),
    intervalMs: entry.interval ?? checkDefaults.intervalMs,
    timeoutMs: entry.timeout ?? checkDefaults.timeoutMs,
    retries: entry.retries ?? checkDefaults.retries,
    startPeriodMs: entry.start_period ?? checkDefaults.startPeriodMs,
  }
  if (timing.intervalMs < 500) problems.error([...at, 'interval'], 'The interval must be 500ms or more.')
  if (timing.timeoutMs < 50) problems.error([...at, 'timeout'], 'The timeout must be 50ms or more.')
  if (kind === 'command') {
    return [{ kind, ...timing, argv: readCommand(scope.reader, entry.command, [...at, 'command']) ?? [] }]
  }
  if (kind === 'tcp') {
    const found = /^(?:(.+):)?(\d{1,5}|\{port\})$/.exec(String(entry.tcp))
    const port = found?.[2] === '{port}' ? ownPort : Number(found?.[2])
    if (port === ownPort || (port >= 1 && port <= 65_535)) {
      return [{ kind, ...timing, host: found?.[1]?.replace(/^\[(.*)\]$/, '$1') ?? '127.0.0.1', port }]
    }
    problems.error([...at, 'tcp'], `"${entry.tcp}" is not host:port.`)
    return []
  }
  if (kind === 'database' || kind === 'queue') return [readServerCheck(entry, kind, timing)]
  const url = entry[kind]!
  const schemes = kind === 'http' ? ['http:', 'https:'] : ['ws:', 'wss:']
  if (
    !URL.canParse(url.replaceAll('{port}', '1')) ||
    !schemes.includes(new URL(url.replaceAll('{port}', '1')).protocol)
  ) {
    problems.error([...at, kind], `"${url}" is not a ${schemes[0]}// or ${schemes[1]}// URL.`)
    return []
  }
  return [
    kind === 'http'
      ? {
          kind,
          ...timing,
          url,
          expectStatus: entry.expect_status ?? null,
          ...(entry.contains === undefined ? {} : { contains: entry.contains }),
        }
      : { kind, ...timing, url },
  ]
}

const usualPorts = { mysql: 3306, postgres: 5432, redis: 6379 } as const

function readServerCheck(
  entry: z.output<typeof HealthEntry>,
  kind: 'database' | 'queue',
  timing: Pick<HealthCheckSpec, 'name' | 'intervalMs' | 'timeoutMs' | 'retries' | 'startPeriodMs'>,
): HealthCheckSpec {
  const given = entry[kind]!
  const server = {
    ...timing,
    engine: given.engine,
    host: given.host ?? '127.0.0.1',
    port: given.port ?? usualPorts[given.engine],
    username: given.username ?? null,
    passwordVariable: given.password_variable ?? null,
    database: given.database ?? null,
  }
  if (kind === 'database') return { kind, ...server }
  const queue = entry.queue!
  return {
    kind,
    ...server,
    pending: queue.pending,
    failed: queue.failed ?? null,
    maxPending: queue.max_pending ?? null,
    maxFailed: queue.max_failed ?? null,
  }
}
