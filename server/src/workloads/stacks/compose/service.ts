import type { ContainerSpec } from '@wheelhouse/driver'
import { posix } from 'node:path'
import { type Fields } from '../file/reader.ts'
import type { Dependency, Workload } from '../rendered.ts'
import { readCommand } from '../file/command.ts'
import { readDependsOn } from './depends-on.ts'
import { readDevices, readExtraHosts, readPull, readSecurityOptions } from './engine-options.ts'
import { readEnvironment } from './environment.ts'
import { readFileMounts } from './file-mounts.ts'
import { readHealthCheck } from './healthcheck.ts'
import { serviceKeys } from './keys.ts'
import { readLabels } from '../file/labels.ts'
import { readLimits, readReplicas, readRestart } from './limits.ts'
import { readMounts } from './mounts.ts'
import { readNamespace } from './namespaces.ts'
import { type DeclaredNetwork, readAttachments } from './networks.ts'
import { readPorts } from './ports.ts'
import { tellNotApplied } from './not-applied.ts'
import { readTuning } from './tuning/tuning.ts'
import { type StackScope } from '../file/stack-scope.ts'

/** What a service needs to know of the rest of its file. */
export interface Surroundings {
  readonly networks: ReadonlyMap<string, DeclaredNetwork>
  readonly volumeName: (name: string, at: readonly (string | number)[]) => string | null
  /** Secrets and configs of the file. */
  readonly secrets: unknown
  readonly configs: unknown
  /** Services that will run, with the name of the first container of each. */
  readonly containers: ReadonlyMap<string, string>
}
export interface ServiceRead {
  readonly workloads: readonly Workload[]
  readonly networks: readonly string[]
}

/** Names of the containers of a service: what container_name says, or <project>-<service>-<n>. */
export function containerNames(scope: StackScope, service: string, fields: Fields): string[] {
  const { reader, project } = scope
  const path = ['services', service]
  const count = readReplicas(reader, fields, path)
  const own = reader.string(fields.container_name, [...path, 'container_name'])
  if (!reader.mayMake(count, path)) return [`${project}-${service}-1`]
  if (own === null) return Array.from({ length: count }, (_, index) => `${project}-${service}-${index + 1}`)
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(own)) {
    reader.problems.error(
      [...path, 'container_name'],
      `"${own}" is no container name. Use letters, digits, dots, dashes and underscores.`,
    )
  }
  if (count > 1)
    reader.problems.error(
      [...path, 'container_name'],
      `${count} containers cannot share one name. Remove container_name or scale.`,
    )
  return [own]
}

export function readService(
  scope: StackScope,
  service: string,
  fields: Fields,
  names: readonly string[],
  around: Surroundings,
): ServiceRead {
  const { reader, project } = scope
  const path = ['services', service]
  const at = (key: string): string[] => [...path, key]
  const text = (key: string): string | null => reader.string(fields[key], at(key))
  const flag = (key: string): boolean => reader.boolean(fields[key], at(key)) ?? false
  tellNotApplied(reader, fields, path, serviceKeys)

  const image = readImage(scope, service, fields)
  const network = readNamespace(
    reader,
    fields.network_mode,
    at('network_mode'),
    ['bridge', 'host', 'none'],
    around.containers,
  )
  const pid = readNamespace(reader, fields.pid, at('pid'), ['host'], around.containers)
  const ipc = readNamespace(reader, fields.ipc, at('ipc'), ['host', 'private', 'shareable', 'none'], around.containers)
  if (network.mode !== null && fields.networks !== undefined) {
    reader.problems.errorAtKey(at('network_mode'), 'network_mode and networks exclude each other. Keep one.')
  }
  const attached =
    network.mode === null
      ? readAttachments(scope, service, fields.networks, at('networks'), around.networks)
      : { keys: [], attachments: [] }
  const workingDirectory = text('working_dir')
  if (workingDirectory !== null && !posix.isAbsolute(workingDirectory)) {
    reader.problems.error(at('working_dir'), 'working_dir must start with /: it is a path inside the container.')
  }
  const limits = readLimits(reader, fields, path)
  const ports = readPorts(reader, fields.ports, at('ports'))
  if (ports.length > 0 && network.mode !== null && network.mode !== 'bridge') {
    reader.problems.warn(at('ports'), `Ports have no effect with network_mode ${network.mode}.`)
  }
  if (names.length > 1 && attached.attachments.some((attachment) => attachment.ipv4 !== null)) {
    reader.problems.error(at('networks'), `${names.length} containers cannot share one ipv4_address.`)
  }

  const spec: Omit<ContainerSpec, 'name'> = {
    kind: 'container',
    stack: project,
    service,
    digest: '',
    environment: readEnvironment(reader, fields.environment, at('environment')),
    labels: readLabels(reader, fields.labels, at('labels')),
    checks: [],
    image,
    pull: readPull(reader, fields.pull_policy, at('pull_policy')),
    command: readCommand(reader, fields.command, at('command')),
    entrypoint: readCommand(reader, fields.entrypoint, at('entrypoint')),
    ports,
    mounts: [
      ...readMounts(scope, fields.volumes, at('volumes'), around.volumeName),
      ...readFileMounts(scope, 'secrets', fields.secrets, at('secrets'), around.secrets),
      ...readFileMounts(scope, 'configs', fields.configs, at('configs'), around.configs),
    ],
    networks: attached.attachments,
    networkMode: network.mode,
    restart: readRestart(reader, fields, path),
    healthCheck: readHealthCheck(reader, fields.healthcheck, at('healthcheck')),
    stop: {
      signal: text('stop_signal'),
      timeoutMs: reader.durationMs(fields.stop_grace_period, at('stop_grace_period')),
    },
    user: text('user'),
    workingDirectory,
    hostname: text('hostname'),
    tty: flag('tty'),
    openStdin: flag('stdin_open'),
    init: flag('init'),
    readOnly: flag('read_only'),
    privileged: flag('privileged'),
    capAdd: reader.strings(fields.cap_add, at('cap_add')),
    capDrop: reader.strings(fields.cap_drop, at('cap_drop')),
    devices: readDevices(reader, fields.devices, at('devices')),
    securityOpt: readSecurityOptions(scope, fields.security_opt, at('security_opt')),
    pidMode: pid.mode,
    ipcMode: ipc.mode,
    usernsMode: readNamespace(reader, fields.userns_mode, at('userns_mode'), ['host'], new Map()).mode,
    cgroupParent: text('cgroup_parent'),
    extraHosts: readExtraHosts(reader, fields.extra_hosts, at('extra_hosts')),
    dns: reader.oneOrMany(fields.dns, at('dns')),
    tmpfs: reader.oneOrMany(fields.tmpfs, at('tmpfs')),
    sysctls: Object.fromEntries(
      [...reader.pairs(fields.sysctls, at('sysctls'))].map(([name, value]) => [name, value ?? '']),
    ),
    ...limits,
    ...readTuning(reader, fields, path, around.containers),
  }
  const dependsOn = readDependsOn(
    reader,
    fields.depends_on,
    at('depends_on'),
    [...around.containers.keys()],
    implied(fields),
  )
  for (const { service: other } of [network, pid, ipc]) {
    if (other !== null && !dependsOn.some((one) => one.service === other))
      dependsOn.push({ service: other, condition: 'started' })
  }
  return {
    workloads: names.map((name): Workload => ({ spec: { ...spec, name }, dependsOn: ordered(dependsOn) })),
    networks: attached.keys,
  }
}

/** Services that one needs because of another key than depends_on. */
function implied(fields: Fields): ReadonlySet<string> {
  const texts = [
    fields.links,
    fields.volumes_from,
    [fields.network_mode, fields.ipc, fields.pid, fields.uts, fields.cgroup],
  ]
    .flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []))
    .filter((text) => typeof text === 'string')
  return new Set(texts.map((text) => text.replace(/^service:/, '').split(':')[0]!))
}

const ordered = (dependencies: readonly Dependency[]): Dependency[] =>
  dependencies.toSorted((a, b) => a.service.localeCompare(b.service))

function readImage(scope: StackScope, service: string, fields: Fields): string {
  const { reader } = scope
  const image = reader.string(fields.image, ['services', service, 'image'])
  if (fields.build !== undefined) {
    const at = ['services', service, 'build']
    if (image) reader.problems.warnAtKey(at, `build comes with git and with deployments: ${image} is pulled instead.`)
    else
      reader.problems.errorAtKey(
        at,
        'build comes with git and with deployments. Let the stack follow its repository, or push an image and name it with image.',
      )
  } else if (!image) {
    reader.problems.error(['services', service], `${service} needs an image.`)
  }
  if (image && /\s|^-|[A-Z].*\/|:$/.test(image) && !/^[\w.-]+(:\d+)?\//.test(image)) {
    reader.problems.error(['services', service, 'image'], `"${image}" is not an image name such as nginx:1.29.`)
  }
  return image ?? ''
}
