import { createMask, secretValues } from '@wheelhouse/builders/builder'
import { Failure, type Strategy } from '@wheelhouse/contract'
import { realpath } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Problem } from '../file/problems.ts'
import { type StackRead, readStack } from '../read-stack.ts'
import { readContainers } from './containers.ts'
import { readEnvFiles, readInside } from './files.ts'
import { gatherStackFiles } from './stack-files.ts'
import type { BuiltApps, ConfigSource, Project, ProjectConfig, ProjectInput, ProjectRendered } from './project.ts'

export interface ProjectParts {
  /** Values of a config source, kept as a version. */
  values(source: ConfigSource): Promise<ProjectConfig>
  /** Whether containers that go to these targets, by their names, all go to Swarms. Not unless told. */
  allSwarms?(targets: readonly string[]): boolean
}

const Targets = z.union([z.string(), z.array(z.string())])

/** What decides where values come from is read before there are any: as it is written. */
const First = z.looseObject({
  name: z.string().optional(),
  default_environment: z.string().optional(),
  target: Targets.optional(),
  environments: z
    .record(
      z.string(),
      z.looseObject({
        stack: z.string().optional(),
        target: Targets.optional(),
        config: z.looseObject({ file: z.string().optional(), set: z.string().optional() }).optional(),
        variables: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
      }),
    )
    .optional(),
  config: z
    .looseObject({
      file: z.string().optional(),
      set: z.string().optional(),
      schema: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
      secrets: z.array(z.string()).optional(),
    })
    .optional(),
})

const usual = ['wheelhouse.yaml', 'wheelhouse.yml', 'compose.yaml', 'compose.yml', 'docker-compose.yaml']
const plainEnvironment = 'production'

async function readSource(
  input: ProjectInput,
): Promise<{ source: string; directory: string | null; file: string | null }> {
  if (input.directory === undefined) {
    if (input.source !== undefined) return { source: input.source, directory: null, file: null }
    throw new Failure('VALIDATION_FAILED', 'directory: name the folder of the manifest, or send its text as source.', {
      field: 'directory',
    })
  }
  if (!isAbsolute(input.directory))
    throw new Failure(
      'VALIDATION_FAILED',
      'directory: it must start with /: a folder of the control plane’s machine.',
      {
        field: 'directory',
      },
    )
  const directory = await realpath(input.directory).catch(() => null)
  if (directory === null)
    throw new Failure(
      'NOT_FOUND',
      `There is no folder ${input.directory} on the machine of the control plane. Deploy from that machine, or send the file as source.`,
    )
  if (input.source !== undefined) return { source: input.source, directory, file: input.manifest ?? null }
  for (const file of input.manifest === undefined ? usual : [input.manifest]) {
    const source = await readInside(directory, file)
    if (source !== null) return { source, directory, file }
  }
  throw new Failure('NOT_FOUND', `There is no ${input.manifest ?? 'wheelhouse.yaml'} in ${directory}.`)
}

function firstLook(source: string): z.output<typeof First> {
  try {
    const read = First.safeParse(parse(source, { logLevel: 'silent' }))
    return read.success ? read.data : {}
  } catch {
    // What is wrong with it is told by the whole reading, with line and column.
    return {}
  }
}

/** Reads a project whole: its manifest, its environment, the values of its config. Throws Failure NOT_FOUND; other faults are problems. */
export async function readProject(input: ProjectInput, parts: ProjectParts): Promise<Project> {
  const { source, directory, file } = await readSource(input)
  const first = firstLook(source)
  const environments = Object.keys(first.environments ?? {})
  const environment =
    input.environment ??
    first.default_environment ??
    (environments.length === 1
      ? environments[0]!
      : environments.includes(plainEnvironment)
        ? plainEnvironment
        : environments[0]) ??
    plainEnvironment
  if (environments.length > 0 && !environments.includes(environment))
    throw new Failure(
      'NOT_FOUND',
      `There is no environment "${environment}" in the manifest. It has ${environments.join(', ')}.`,
    )
  const own = first.environments?.[environment]
  const name = first.name ?? (directory === null ? 'stack' : (directory.split('/').at(-1) ?? 'stack'))
  const stack = own?.stack ?? (environments.length > 1 ? `${name}-${environment}` : name)
  const from = own?.config ?? first.config
  const configSource: ConfigSource | null =
    from?.file === undefined && from?.set === undefined
      ? null
      : {
          directory,
          environment,
          stack: name,
          ...(from.file === undefined ? {} : { file: from.file }),
          ...(from.set === undefined ? {} : { set: from.set }),
          ...(first.config?.schema === undefined ? {} : { schema: first.config.schema }),
          ...(first.config?.secrets === undefined ? {} : { secrets: first.config.secrets }),
        }
  const config = configSource === null ? null : await parts.values(configSource)
  const set = Object.entries(own?.variables ?? {}).map(([key, value]) => [key, String(value ?? '')])
  const variables: Record<string, string> = {
    ENVIRONMENT: environment,
    ...config?.values,
    ...(Object.fromEntries(set) as Record<string, string>),
    ...input.variables,
  }
  const composeFile = file === null ? {} : { file }
  const projectFiles =
    directory === null ? null : await gatherStackFiles(directory, { source, name: stack, variables, ...composeFile })
  const files = directory === null || projectFiles !== null ? {} : await readEnvFiles(directory, source)
  const named = input.target ?? own?.target ?? first.target
  const targets = named === undefined ? null : typeof named === 'string' ? [named] : named
  const usualOn = targets !== null && parts.allSwarms?.(targets) === true ? 'swarm' : 'engine'
  const read = (built: BuiltApps | null, on: 'engine' | 'swarm' = usualOn): StackRead =>
    readStack({
      swarm: on === 'swarm',
      source,
      name: stack,
      variables,
      files,
      ...composeFile,
      ...(projectFiles === null ? {} : { projectFiles }),
      directory: directory ?? undefined,
      // Before anything is built the folders are not known; what is told of them must not be an error.
      apps: built?.folders ?? Object.fromEntries(appsOf(source).map((app) => [app, directory ?? '/'])),
      serve: built?.serve ?? Object.fromEntries(appsOf(source).map((app) => [app, ['{port}']])),
    })
  const whole = read(null)
  const { manifest } = whole
  const compose =
    manifest?.compose === undefined || directory === null
      ? null
      : await readContainers(manifest.compose, { directory, stack, variables })
  const mask = createMask([
    ...[...(config?.secretKeys ?? [])].map((key) => config?.values[key] ?? ''),
    ...secretValues(input.variables ?? {}, {}),
  ])
  // What is wrong is often told with what stands there, and that may be a value of the config.
  const hidden = (problem: Problem): Problem => ({ ...problem, message: mask.apply(problem.message) })
  const found: Problem[] = [
    ...whole.problems,
    ...(compose?.look(null, usualOn).problems ?? []),
    ...(config?.problems ?? []).map(({ key, line, message, severity }) => ({
      line: null,
      column: null,
      path: `config.${key}`,
      message: line === null ? message : `${message} (${from?.file ?? from?.set ?? 'config'} line ${line})`,
      severity,
    })),
  ]
  if (manifest?.compose !== undefined && directory === null)
    found.push({
      line: null,
      column: null,
      path: 'compose.file',
      message:
        'A Compose file beside the manifest needs its folder. Deploy from a folder of the control plane’s machine.',
      severity: 'error',
    })
  const problems = found.map(hidden)
  return {
    name,
    environment,
    stack,
    directory,
    file,
    source,
    format: whole.format,
    manifest,
    problems,
    configSource,
    config,
    strategy: strategyOf(manifest?.environments?.[environment]?.strategy ?? manifest?.pipeline?.strategy),
    targets,
    environments,
    render(built, on = usualOn): ProjectRendered {
      const again = read(built, on)
      const containers = compose?.look(built, on) ?? null
      const isCompose = again.format === 'compose'
      return {
        problems: [...again.problems, ...(containers?.problems ?? [])].map(hidden),
        processes: !isCompose && (again.rendered?.workloads.length ?? 0) > 0 ? again.rendered : null,
        containers: isCompose ? again.rendered : (containers?.rendered ?? null),
      }
    },
  }
}

const strategyOf = (named: Strategy | undefined): Strategy => named ?? 'recreate'

function appsOf(source: string): string[] {
  try {
    const root: unknown = parse(source, { logLevel: 'silent' })
    const apps = (root as { apps?: unknown } | null)?.apps
    return typeof apps === 'object' && apps !== null ? Object.keys(apps) : []
  } catch {
    return []
  }
}
