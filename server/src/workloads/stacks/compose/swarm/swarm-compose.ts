import { type NetworkSpec, stackLabels, type SwarmObjectSpec, type SwarmServiceSpec } from '@wheelhouse/driver'
import { checkDependencies } from '../../file/dependencies.ts'
import { didYouMean } from '../../file/nearest.ts'
import type { Path } from '../../file/problems.ts'
import type { Fields } from '../../file/reader.ts'
import type { StackScope } from '../../file/stack-scope.ts'
import type { Workload } from '../../rendered.ts'
import { activeServices } from '../compose.ts'
import { withoutComposeLabels } from '../labels.ts'
import type { ProjectFiles } from '../load/files.ts'
import { readNetworks } from '../networks.ts'
import { readVolumes } from '../volumes.ts'
import { DeclaredObjects } from './objects.ts'
import { readSwarmService, type SwarmServiceRead } from './service.ts'

/** What a Swarm is asked for by a loaded project. */
export interface AskedOfSwarm {
  readonly workloads: Workload[]
  readonly resources: NetworkSpec[]
  readonly objects: SwarmObjectSpec[]
}

/**
 * Turns a loaded project, as plain values in long forms, into what `docker stack deploy` would ask a Swarm for, under the same names.
 * What a Swarm cannot be asked for is told to the reader's problems; the answer is of use only when none of them is an error.
 */
export function readSwarmCompose(scope: StackScope, root: Fields, files: ProjectFiles): AskedOfSwarm {
  const { problems } = scope.reader
  const networks = readNetworks(scope, root.networks)
  const volumes = readVolumes(scope, root.volumes)
  const secrets = new DeclaredObjects(scope, 'secrets', root.secrets, files)
  const configs = new DeclaredObjects(scope, 'configs', root.configs, files)
  const services = activeServices(scope, root)
  const volumeName = (name: string, at: Path): string | null => {
    const found = volumes.get(name)
    if (!found)
      problems.error(
        at,
        `There is no volume ${name} in the file: add it under volumes at the top.${didYouMean(name, volumes.keys())}`,
      )
    return found?.name ?? null
  }
  const around = { networks, volumes, volumeName, secrets, configs, services: [...services.keys()] }
  const read = [...services].map(([name, fields]) => readSwarmService(scope, name, fields, around))
  checkDependencies(
    new Map(read.map(({ workload }) => [workload.spec.service, workload.dependsOn])),
    [...services.keys()],
    problems,
  )
  checkCompletions(scope, read)
  checkPorts(scope, read)
  secrets.tellUnused()
  configs.tellUnused()
  const used = new Set(read.flatMap((one) => one.networks))
  for (const key of networks.keys())
    if (key !== 'default' && !used.has(key))
      problems.warn(['networks', key], `No service uses the network ${key}, so it is not made.`)
  const resources = [...networks].flatMap(([key, { spec }]) =>
    spec && used.has(key)
      ? [{ ...spec, labels: { ...withoutComposeLabels(spec.labels), [stackLabels.namespace]: scope.project } }]
      : [],
  )
  const objects = [...secrets.used.values(), ...configs.used.values()].flatMap((object) => object?.spec ?? [])
  return { workloads: read.map(({ workload }) => workload), resources, objects }
}

/** Tasks of a service that is no job are started again when they end, so it never completes. */
function checkCompletions({ reader }: StackScope, read: readonly SwarmServiceRead[]): void {
  const modes = new Map(read.map(({ workload, mode }) => [workload.spec.service, mode]))
  for (const { workload } of read)
    for (const { service, condition } of workload.dependsOn)
      if (condition === 'completed' && modes.get(service)?.endsWith('job') === false)
        reader.problems.error(
          ['services', workload.spec.service, 'depends_on', service],
          `${service} never completes on a Swarm, which starts its tasks again. Give it deploy.mode: replicated-job.`,
        )
}

function checkPorts({ reader }: StackScope, read: readonly SwarmServiceRead[]): void {
  const taken = new Map<string, string>()
  for (const { workload } of read) {
    const spec = workload.spec as SwarmServiceSpec
    for (const port of spec.native.EndpointSpec?.Ports ?? []) {
      if (!port.PublishedPort || port.PublishMode === 'host') continue
      const key = `${port.PublishedPort}/${port.Protocol}`
      const other = taken.get(key)
      if (other !== undefined)
        reader.problems.error(
          ['services', spec.service, 'ports'],
          `${other === spec.service ? `${other} twice` : `${other} and ${spec.service} both`} want the port ${key} of the mesh.`,
        )
      taken.set(key, spec.service)
    }
  }
}
