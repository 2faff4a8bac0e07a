import type { ContainerSpec, ResourceSpec } from '@wheelhouse/driver'
import { checkDependencies } from '../file/dependencies.ts'
import { didYouMean } from '../file/nearest.ts'
import type { Path } from '../file/problems.ts'
import type { Fields } from '../file/reader.ts'
import type { Workload } from '../rendered.ts'
import { readNetworks } from './networks.ts'
import { type StackScope } from '../file/stack-scope.ts'
import { containerNames, readService, type Surroundings } from './service.ts'
import { readVolumes } from './volumes.ts'

/** What a target is asked for by a loaded project. */
export interface Asked {
  readonly workloads: Workload[]
  readonly resources: ResourceSpec[]
}

/**
 * Turns a loaded project, as plain values in long forms, into what its target is asked for. What it cannot be asked for is told to
 * the reader's problems as not applied; the answer is of use only when none of them is an error.
 */
export function readCompose(scope: StackScope, root: Fields): Asked {
  const { reader } = scope
  const { problems } = reader
  const networks = readNetworks(scope, root.networks)
  const volumes = readVolumes(scope, root.volumes)
  const services = activeServices(scope, root)

  const usedVolumes = new Set<string>()
  const volumeName = (name: string, at: Path): string | null => {
    usedVolumes.add(name)
    const found = volumes.get(name)
    if (!found) {
      problems.error(
        at,
        `There is no volume ${name} in the file: add it under volumes at the top.${didYouMean(name, volumes.keys())}`,
      )
    }
    return found?.name ?? null
  }
  const names = new Map([...services].map(([service, fields]) => [service, containerNames(scope, service, fields)]))
  const containers = new Map([...names].map(([service, all]) => [service, all[0]!]))
  const around: Surroundings = { networks, volumeName, containers, secrets: root.secrets, configs: root.configs }

  const usedNetworks = new Set<string>()
  const workloads: Workload[] = []
  for (const [service, fields] of services) {
    const read = readService(scope, service, fields, names.get(service)!, around)
    workloads.push(...read.workloads)
    for (const key of read.networks) usedNetworks.add(key)
  }
  checkDependencies(
    new Map(workloads.map(({ spec, dependsOn }) => [spec.service, dependsOn])),
    [...services.keys()],
    problems,
  )
  checkClashes(scope, workloads)

  for (const key of networks.keys()) {
    if (key !== 'default' && !usedNetworks.has(key))
      problems.warn(['networks', key], `No service uses the network ${key}, so it is not made.`)
  }
  const resources: ResourceSpec[] = []
  for (const [key, { spec }] of networks) if (spec && usedNetworks.has(key)) resources.push(spec)
  for (const { spec } of volumes.values()) if (spec) resources.push(spec)
  return { workloads, resources }
}

/** Services whose profiles are active; COMPOSE_PROFILES among the variables names active ones. */
export function activeServices(scope: StackScope, root: Fields): Map<string, Fields> {
  const { reader, variables } = scope
  const active = new Set((variables.COMPOSE_PROFILES ?? '').split(',').map((name) => name.trim()))
  const services = new Map<string, Fields>()
  for (const [service, item] of Object.entries(reader.map(root.services, ['services']) ?? {})) {
    const path = ['services', service]
    if (!/^[a-zA-Z0-9][a-zA-Z0-9._-]*$/.test(service)) {
      reader.problems.errorAtKey(
        path,
        `"${service}" is no service name. Use letters, digits, dots, dashes and underscores.`,
      )
    }
    const fields = reader.map(item ?? {}, path)
    if (!fields) continue
    const profiles = reader.strings(fields.profiles, [...path, 'profiles'])
    if (profiles.length > 0 && !profiles.some((profile) => active.has(profile) || active.has('*'))) {
      reader.problems.warn(
        path,
        `${service} is left out: its profile ${profiles.join(', ')} is not active. Set COMPOSE_PROFILES to have it.`,
      )
      continue
    }
    services.set(service, fields)
  }
  if (services.size === 0 && !reader.problems.failed) {
    reader.problems.error(['services'], 'The file has no services to run. Add one under services.')
  }
  return services
}

/** Two containers of one name, or on one host port, could never run side by side. */
function checkClashes(scope: StackScope, workloads: readonly Workload[]): void {
  const { problems } = scope.reader
  const names = new Map<string, string>()
  const ports = new Map<string, string>()
  for (const { spec } of workloads as readonly { spec: ContainerSpec }[]) {
    const path = ['services', spec.service]
    const twin = names.get(spec.name)
    if (twin !== undefined)
      problems.error(path, `${twin} and ${spec.service} both want the container name ${spec.name}.`)
    names.set(spec.name, spec.service)
    if (spec.networkMode !== null && spec.networkMode !== 'bridge') continue
    for (const { host, hostPort, protocol } of spec.ports) {
      if (hostPort === null) continue
      const any = `*:${hostPort}/${protocol}`
      const exact = `${host ?? '*'}:${hostPort}/${protocol}`
      const taken =
        ports.get(exact) ?? ports.get(any) ?? (host === null || host === '0.0.0.0' ? ports.get(`+:${any}`) : undefined)
      if (taken !== undefined) {
        const who = taken === spec.service ? `two containers of ${taken}` : `${taken} and ${spec.service}`
        problems.error([...path, 'ports'], `${who} both want the host port ${hostPort}/${protocol}.`)
      }
      ports.set(host === '0.0.0.0' ? any : exact, spec.service)
      ports.set(`+:${any}`, spec.service)
    }
  }
}
