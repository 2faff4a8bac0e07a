import {
  type ServiceSpec,
  type SwarmPort,
  type SwarmServiceSpec,
  stackLabels,
  taggedImage,
  type TaskContainer,
} from '@wheelhouse/driver'
import { readCommand } from '../../file/command.ts'
import { readLabels } from '../../file/labels.ts'
import type { Path } from '../../file/problems.ts'
import type { Fields, Reader } from '../../file/reader.ts'
import type { StackScope } from '../../file/stack-scope.ts'
import type { Workload } from '../../rendered.ts'
import { readDependsOn } from '../depends-on.ts'
import { readExtraHosts, readPull } from '../engine-options.ts'
import { readEnvironment } from '../environment.ts'
import { readHealthCheck } from '../healthcheck.ts'
import { readUlimits } from '../limits.ts'
import { type DeclaredNetwork, readAttachments } from '../networks.ts'
import { notApplied, tellNotApplied } from '../not-applied.ts'
import { readPort } from '../ports.ts'
import { readLogging } from '../tuning/tuning.ts'
import type { DeclaredVolume } from '../volumes.ts'
import {
  type Mode,
  nanos,
  readMode,
  readPlacement,
  readResources,
  readRestartPolicy,
  readUpdate,
  told,
} from './deploy.ts'
import { swarmAttachmentKeys, swarmServiceKeys } from './keys.ts'
import { readSwarmMounts } from './mounts.ts'
import { type DeclaredObjects, readReferences } from './objects.ts'

/** What a service needs to know of the rest of its file. */
export interface SwarmSurroundings {
  readonly networks: ReadonlyMap<string, DeclaredNetwork>
  readonly volumes: ReadonlyMap<string, DeclaredVolume>
  readonly volumeName: (name: string, at: Path) => string | null
  readonly secrets: DeclaredObjects
  readonly configs: DeclaredObjects
  /** Services that will run. */
  readonly services: readonly string[]
}
export interface SwarmServiceRead {
  readonly workload: Workload
  readonly mode: Mode
  readonly networks: readonly string[]
}

/** Networks that every node has: nothing answers to a further name there. */
const ofNodes: ReadonlySet<string> = new Set(['host', 'bridge', 'none'])

export function readSwarmService(
  scope: StackScope,
  service: string,
  fields: Fields,
  around: SwarmSurroundings,
): SwarmServiceRead {
  const { reader, project } = scope
  const path = ['services', service]
  const at = (key: string): string[] => [...path, key]
  const deployAt = (key: string): string[] => [...path, 'deploy', key]
  tellNotApplied(reader, fields, path, swarmServiceKeys)
  const deploy = reader.map(fields.deploy, at('deploy')) ?? {}
  const image = readImage(scope, service, fields)
  const { kind, mode } = readMode(reader, fields, path)
  const attached = readAttachments(
    scope,
    service,
    fields.networks,
    at('networks'),
    around.networks,
    swarmAttachmentKeys,
  )
  const environment = readEnvironment(reader, fields.environment, at('environment'))
  const labels = {
    ...readLabels(reader, deploy.labels, deployAt('labels')),
    [stackLabels.namespace]: project,
    [stackLabels.image]: image,
  }
  const logging = fields.logging === undefined ? null : readLogging(reader, fields.logging, at('logging'))
  const ports = readSwarmPorts(reader, fields.ports, at('ports'))
  const endpoint =
    deploy.endpoint_mode === undefined
      ? undefined
      : reader.choice(deploy.endpoint_mode, deployAt('endpoint_mode'), ['vip', 'dnsrr'])
  if (endpoint === 'dnsrr' && ports.some(({ PublishMode }) => PublishMode !== 'host'))
    reader.problems.error(
      at('ports'),
      'With endpoint_mode dnsrr there is no mesh: publish ports with mode: host, or leave endpoint_mode out.',
    )
  const native: ServiceSpec = told({
    Name: `${project}_${service}`,
    Labels: labels,
    TaskTemplate: told({
      ContainerSpec: readContainer(scope, service, fields, environment, image, around),
      Resources: readResources(reader, fields, path),
      RestartPolicy: readRestartPolicy(reader, fields, path),
      Placement: readPlacement(reader, deploy.placement, deployAt('placement')),
      Networks: attached.attachments
        .map(({ name, aliases, driverOptions }) =>
          told({
            Target: name,
            // Its own name last, as docker has it: for another order tasks would be replaced.
            Aliases: ofNodes.has(name) ? undefined : [...aliases.filter((alias) => alias !== service), service],
            DriverOpts: driverOptions,
          }),
        )
        .toSorted((a, b) => (a.Target < b.Target ? -1 : 1)),
      LogDriver: logging ? { Name: logging.name, Options: logging.options } : undefined,
    }),
    Mode: mode,
    UpdateConfig: readUpdate(reader, deploy.update_config, deployAt('update_config'), [
      'pause',
      'continue',
      'rollback',
    ]),
    RollbackConfig: readUpdate(reader, deploy.rollback_config, deployAt('rollback_config'), ['pause', 'continue']),
    EndpointSpec: told({ Mode: endpoint, Ports: ports.length > 0 ? ports : undefined }),
  })
  const spec: SwarmServiceSpec = {
    kind: 'swarm-service',
    name: native.Name,
    stack: project,
    service,
    digest: '',
    environment,
    labels,
    checks: [],
    image,
    pull: readPull(reader, fields.pull_policy, at('pull_policy')),
    native,
  }
  const dependsOn = readDependsOn(reader, fields.depends_on, at('depends_on'), around.services, new Set())
  if (dependsOn.length > 0)
    reader.problems.warnAtKey(
      at('depends_on'),
      'depends_on holds while the stack is applied. Later the Swarm starts tasks in any order.',
    )
  return {
    workload: { spec, dependsOn: dependsOn.toSorted((a, b) => a.service.localeCompare(b.service)) },
    mode: kind,
    networks: attached.keys,
  }
}

function readContainer(
  scope: StackScope,
  service: string,
  fields: Fields,
  environment: Readonly<Record<string, string>>,
  image: string,
  around: SwarmSurroundings,
): TaskContainer {
  const { reader, project } = scope
  const at = (key: string): string[] => ['services', service, key]
  const text = (key: string): string | null => reader.string(fields[key], at(key)) || null
  const flag = (key: string): true | undefined => reader.boolean(fields[key], at(key)) || undefined
  const list = <T>(items: readonly T[] | null): readonly T[] | undefined => (items?.length ? items : undefined)
  const check = readHealthCheck(reader, fields.healthcheck, at('healthcheck'))
  const dns = told({
    Nameservers: list(reader.oneOrMany(fields.dns, at('dns'))),
    Search: list(reader.oneOrMany(fields.dns_search, at('dns_search'))),
    Options: list(reader.strings(fields.dns_opt, at('dns_opt'))),
  })
  const sysctls = [...reader.pairs(fields.sysctls, at('sysctls'))].map(([name, value]) => [name, value ?? ''])
  const secrets = readReferences(scope, around.secrets, fields.secrets, at('secrets'))
  const configs = readReferences(scope, around.configs, fields.configs, at('configs'))
  return told({
    Image: image === '' || image.includes('@') ? image : taggedImage(image),
    Labels: { ...readLabels(reader, fields.labels, at('labels')), [stackLabels.namespace]: project },
    Command: list(readCommand(reader, fields.entrypoint, at('entrypoint'))),
    Args: list(readCommand(reader, fields.command, at('command'))),
    Env: list(
      Object.entries(environment)
        .map(([name, value]) => `${name}=${value}`)
        .toSorted(),
    ),
    Dir: text('working_dir'),
    User: text('user'),
    Groups: list(reader.strings(fields.group_add, at('group_add'))),
    Hostname: text('hostname'),
    Hosts: list(
      readExtraHosts(reader, fields.extra_hosts, at('extra_hosts')).map((line) => {
        const [name = '', address = ''] = line.split(/:(.*)/s)
        return `${address} ${name}`
      }),
    ),
    DNSConfig: Object.keys(dns).length > 0 ? dns : undefined,
    TTY: flag('tty'),
    OpenStdin: flag('stdin_open'),
    ReadOnly: flag('read_only'),
    Init: reader.boolean(fields.init, at('init')),
    StopSignal: text('stop_signal'),
    StopGracePeriod: nanos(reader.durationMs(fields.stop_grace_period, at('stop_grace_period'))),
    Healthcheck: check
      ? told({
          Test: list(check.test),
          Interval: nanos(check.intervalMs),
          Timeout: nanos(check.timeoutMs),
          StartPeriod: nanos(check.startPeriodMs),
          StartInterval: nanos(check.startIntervalMs ?? null),
          Retries: check.retries,
        })
      : undefined,
    CapabilityAdd: list(reader.strings(fields.cap_add, at('cap_add')).map(capability).toSorted()),
    CapabilityDrop: list(reader.strings(fields.cap_drop, at('cap_drop')).map(capability).toSorted()),
    Privileges: { NoNewPrivileges: false },
    Sysctls: sysctls.length > 0 ? (Object.fromEntries(sysctls) as Record<string, string>) : undefined,
    Ulimits: list(
      readUlimits(reader, fields.ulimits, at('ulimits'))
        .map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard }))
        .toSorted((a, b) => (a.Name < b.Name ? -1 : 1)),
    ),
    Mounts: list(readSwarmMounts(scope, fields.volumes, at('volumes'), around)),
    Secrets: list(secrets.map(({ name, file }) => ({ SecretID: '', SecretName: name, File: file }))),
    Configs: list(configs.map(({ name, file }) => ({ ConfigID: '', ConfigName: name, File: file }))),
  })
}

const capability = (name: string): string => {
  const upper = name.toUpperCase()
  return upper === 'ALL' || upper.startsWith('CAP_') ? upper : `CAP_${upper}`
}

function readSwarmPorts(reader: Reader, value: unknown, path: Path): SwarmPort[] {
  const seen = new Set<string>()
  const ports = (reader.list(value, path) ?? []).flatMap((item, index): SwarmPort[] => {
    const at = [...path, index]
    const read = reader.mayMake(1, at) ? readPort(reader, item, at) : null
    if (read === null) return []
    if (read.host !== null)
      reader.problems.warn(at, notApplied(`the address ${read.host}`, 'a Swarm publishes on every address of a node'))
    const port = told({
      Protocol: read.protocol,
      TargetPort: read.port,
      PublishedPort: read.hostPort,
      PublishMode: (item as Fields).mode === 'host' ? 'host' : 'ingress',
    })
    const key = JSON.stringify(port)
    return seen.has(key) || !seen.add(key) ? [] : [port]
  })
  return ports.toSorted((a, b) => (a.PublishedPort ?? 0) - (b.PublishedPort ?? 0))
}

function readImage(scope: StackScope, service: string, fields: Fields): string {
  const { problems } = scope.reader
  const image = scope.reader.string(fields.image, ['services', service, 'image'])
  if (fields.build !== undefined) {
    const at = ['services', service, 'build']
    if (image) problems.warnAtKey(at, notApplied('build', `a Swarm builds nothing, so ${image} is pulled by its nodes`))
    else
      problems.errorAtKey(
        at,
        'A Swarm builds nothing. Push an image to a registry that its nodes reach, and name it with image.',
      )
  } else if (!image) problems.error(['services', service], `${service} needs an image.`)
  if (image && (/\s|^-|:$/.test(image) || /[A-Z].*\//.test(image.replace(/^[\w.-]+(?::\d+)?\//, ''))))
    problems.error(['services', service, 'image'], `"${image}" is not an image name such as nginx:1.29.`)
  return image ?? ''
}
