import type { ServiceSpec, SwarmServiceSpec } from '@wheelhouse/driver'
import type { Sight } from '../../../inventory/targets/index.ts'
import type { StackTarget } from '../../stacks/index.ts'
import { byStrategy } from './by-strategy.ts'
import { pinnedImages } from './pinned-images.ts'
import { bad, type Check, type Found, type Look, well } from '../preflight/check.ts'
import { lookAtRoom } from './room-for-tasks.ts'

interface OnSwarm {
  readonly look: Look
  readonly target: StackTarget
  readonly services: readonly SwarmServiceSpec[]
}

const unheard = (): Found =>
  bad('has not told yet what it holds', 'See that one of its managers is registered and answers: wh get targets.')

function lookAtManagers({ look, target }: OnSwarm): Found {
  const sight = look.room.swarms.sight(target.id)
  if (sight === null) return unheard()
  const managers = sight.nodes.flatMap(({ ManagerStatus: status }) => status ?? [])
  const heard = managers.filter(({ Reachability: reachability }) => reachability === 'reachable')
  const said = `${heard.length} of ${managers.length} managers answer`
  const hasLeader = heard.some(({ Leader: leader }) => leader)
  if (hasLeader && heard.length * 2 > managers.length) return well(said)
  return bad(
    `${said}, so it can change nothing`,
    `Start the other managers; wh describe swarm ${target.name} says more.`,
  )
}

function lookAtStrategy({ look, services }: OnSwarm, strategy: string): Found {
  const own = Object.entries(look.project.manifest?.compose?.services ?? {})
  const asked = services.map(({ service }) => own.find(([name]) => name === service)?.[1].strategy ?? strategy)
  const other = asked.find((one) => one !== 'rolling' && one !== 'recreate')
  if (other === undefined) return well([...new Set(asked)].join(', '))
  return bad(
    `${other} needs the old and the new beside each other behind a proxy, and a Swarm has one service of a name, which it updates task by task`,
    'Write strategy: rolling (old and new tasks side by side, as update_config of the Compose file says) or recreate (all old tasks end first).',
  )
}

function lookAtExposed({ look, services }: OnSwarm): Found {
  const { compose, gates = [] } = look.project.manifest ?? {}
  const names = new Set(services.map(({ service }) => service))
  const exposed = Object.entries(compose?.services ?? {}).filter(([name, { expose }]) => names.has(name) && expose)
  if (exposed.length > 0)
    return bad(
      `${exposed.map(([name]) => name).join(', ')}: expose leads to instances that a proxy of this machine reaches, and tasks of a Swarm come and go on its nodes`,
      'Publish the port in the Compose file instead (ports:): the Swarm leads requests to its tasks.',
    )
  const gate = gates.find(
    ({ service, ...check }) => names.has(service ?? '') && JSON.stringify(check).includes('{port}'),
  )
  if (gate)
    return bad(
      `a gate of ${gate.service} asks {port}, and its tasks have no port of their own`,
      'Ask the port that the Compose file publishes, at the address of a node.',
    )
  return well(`${services.length} services of the Swarm`)
}

const meshPorts = ({ EndpointSpec: endpoint }: ServiceSpec): string[] =>
  (endpoint?.Ports ?? []).flatMap(({ PublishedPort: port, PublishMode: mode, Protocol: protocol = 'tcp' }) =>
    port && mode !== 'host' ? [`${port}/${protocol}`] : [],
  )

/** A port of the mesh belongs to one service of the whole Swarm. */
function lookAtPorts({ look, services }: OnSwarm, sight: Sight): Found {
  const own = new Set(services.map(({ name }) => name))
  // One that goes with this run makes way before its successor starts.
  const others = sight.services.filter(
    ({ Spec: { Name, Labels } }) => !own.has(Name) && Labels?.['com.docker.stack.namespace'] !== look.project.stack,
  )
  for (const { name, native } of services)
    for (const port of meshPorts(native)) {
      const holder = others.find(({ Spec }) => meshPorts(Spec).includes(port))
      if (holder)
        return bad(
          `${port}, which ${name} publishes, is that of the service ${holder.Spec.Name}`,
          'Publish another port in the Compose file, or remove that service.',
        )
    }
  return well('free')
}

/** Images that are built here, and come to the nodes by a registry or one by one. */
function lookAtApps({ look, target }: OnSwarm, sight: Sight): Found {
  const registry = look.project.manifest?.compose?.registry
  if (registry !== undefined) return well(`pushed to ${registry}`)
  const states = new Map(look.room.targets.list().map(({ id, state }) => [id, state]))
  const engines = look.room.swarms.enginesOf(target.id).filter((id) => states.get(id) === 'connected')
  const nodes = sight.nodes.filter(({ Status: status }) => status?.State !== 'down')
  if (engines.length >= nodes.length) return well(`brought to each of the ${nodes.length} nodes`)
  return bad(
    `${nodes.length - engines.length} of ${nodes.length} nodes are not registered or not heard, so nothing brings them images that are built here`,
    'Name a registry that the nodes reach with compose: { registry: registry.example.com/shop }, or register every node.',
  )
}

async function lookAtImages({ look, target }: OnSwarm): Promise<Found> {
  const { containers } = look.project.render({ folders: {}, images: {}, serve: {} }, 'swarm')
  if (containers === null) return well('none')
  const { store } = look.room.releases
  const serving = await store.serving({ stack: look.project.name, environment: look.project.environment })
  const before = serving === null ? null : await store.content(serving.id)
  const { pinned, notes } = await pinnedImages(look.room, target.id, containers, before)
  if (notes.length > 0)
    return bad(
      notes.join(' '),
      'See that the nodes reach its registry and that its sign-in is registered (wh get registries), or name images with a digest.',
    )
  return well(pinned.size === 0 ? 'each with its digest' : `${pinned.size} found in their registries`)
}

/** What a Swarm among the targets needs: managers that agree, room for the tasks, images that its nodes can fetch. */
export function swarmChecks(look: Look): Check[] {
  const { project, room, strategy } = look
  if (project.problems.some((problem) => problem.severity === 'error')) return []
  const swarms = look.targets.filter(({ kind }) => kind === 'swarm')
  if (swarms.length === 0) return []
  const rendered = project.render({ folders: {}, images: {}, serve: {} }, 'swarm')
  const error = rendered.problems.find(({ severity }) => severity === 'error')
  const planned = rendered.containers === null ? null : byStrategy(rendered.containers, strategy)
  const services = (planned?.workloads ?? []).flatMap(({ spec }) => (spec.kind === 'swarm-service' ? [spec] : []))
  const hasApps = (planned?.workloads ?? []).some(({ deploy }) => (deploy?.app ?? null) !== null)
  const usual: Check[] = []
  if (error)
    usual.push({
      id: 'swarm-file',
      group: 'config',
      title: 'Compose file on a Swarm',
      severity: 'error',
      look: () => Promise.resolve(bad(`${error.path}: ${error.message}`, 'Correct the Compose file.')),
    })
  const checks = swarms.flatMap((target): Check[] => {
    const on: OnSwarm = { look, target, services }
    const of = (
      id: string,
      group: Check['group'],
      title: string,
      what: (sight: Sight) => Found | Promise<Found>,
      severity: Check['severity'] = 'error',
    ): Check => ({
      id: `swarm-${id}:${target.id}`,
      group,
      title: `${title} ${target.name}`,
      severity,
      look: async () => {
        const sight = room.swarms.sight(target.id)
        return sight === null ? unheard() : what(sight)
      },
    })
    return [
      of('managers', 'targets', 'Managers of', () => lookAtManagers(on)),
      of('room', 'system', 'Room for tasks on', (sight) => lookAtRoom(sight, services)),
      of('ports', 'network', 'Published ports on', (sight) => lookAtPorts(on, sight)),
      of('images', 'network', 'Images for', () => lookAtImages(on), 'warning'),
      ...(hasApps ? [of('apps', 'network', 'Images of apps for', (sight) => lookAtApps(on, sight))] : []),
      of('strategy', 'config', 'Strategy on', () => lookAtStrategy(on, strategy)),
      of('exposed', 'config', 'Requests to', () => lookAtExposed(on)),
    ]
  })
  return [...usual, ...checks]
}
