import type { Problem } from '../file/problems.ts'
import { readExposure } from '../manifest/manifest.ts'
import type { Manifest } from '../manifest/schema.ts'
import { readStack } from '../read-stack.ts'
import type { Rendered, Workload } from '../rendered.ts'
import { readInside } from './files.ts'
import { gatherStackFiles } from './stack-files.ts'
import type { BuiltApps } from './project.ts'

type ComposePart = NonNullable<Manifest['compose']>
type Added = NonNullable<ComposePart['services']>[string]

interface Around {
  readonly directory: string
  readonly stack: string
  readonly variables: Readonly<Record<string, string>>
}
export interface ContainersRead {
  readonly problems: readonly Problem[]
  readonly rendered: Rendered | null
}

const problem = (path: string, message: string): Problem => ({
  line: null,
  column: null,
  path,
  message,
  severity: 'error',
})

/** Reads the Compose file of a manifest. `look` gives what it makes with images that were built; null before anything is. */
export async function readContainers(
  part: ComposePart,
  around: Around,
): Promise<{ look(built: BuiltApps | null, on?: 'engine' | 'swarm'): ContainersRead }> {
  const source = await readInside(around.directory, part.file)
  if (source === null) {
    const missing = problem('compose.file', `There is no ${part.file} in ${around.directory}.`)
    return { look: () => ({ problems: [missing], rendered: null }) }
  }
  const text = {
    source,
    format: 'compose' as const,
    file: part.file,
    name: around.stack,
    variables: around.variables,
    directory: around.directory,
  }
  const ofEngine = await gatherStackFiles(around.directory, text)
  // Only a Swarm is given what the files of secrets and configs hold. What cannot be read of them is told where it is one.
  const ofSwarm = await gatherStackFiles(around.directory, { ...text, swarm: true }).catch(() => ofEngine)
  return {
    look(built, on) {
      const projectFiles = on === 'swarm' ? ofSwarm : ofEngine
      const read = readStack({
        ...text,
        ...(projectFiles && { projectFiles }),
        images: imagesOf(part, built),
        swarm: on === 'swarm',
      })
      const told = read.problems.map((one) => ({ ...one, line: null, column: null, path: `${part.file}: ${one.path}` }))
      const unknown = Object.keys(part.services ?? {})
        .filter((name) => !read.services.includes(name))
        .map((name) => problem(`compose.services.${name}`, `${part.file} has no service "${name}".`))
      const problems = [...told, ...unknown]
      if (read.rendered === null) return { problems, rendered: null }
      const workloads = read.rendered.workloads.map((workload) =>
        withTraits(workload, part.services?.[workload.spec.service], problems),
      )
      return { problems, rendered: { ...read.rendered, workloads } }
    },
  }
}

/** A service that runs an app needs an image to be read at all: until one is built, a name that says so. */
const unbuilt = (app: string): string => `wheelhouse/${app}:unbuilt`

const imagesOf = (part: ComposePart, built: BuiltApps | null): Record<string, string> =>
  Object.fromEntries(
    Object.entries(part.services ?? {}).flatMap(([service, { app }]) =>
      app === undefined ? [] : [[service, built?.images[app] ?? unbuilt(app)] as const],
    ),
  )

function withTraits(workload: Workload, added: Added | undefined, problems: Problem[]): Workload {
  const { spec } = workload
  if (spec.kind !== 'container' || added === undefined)
    // A Swarm publishes ports itself: preflight says so to whoever exposes one.
    return { ...workload, deploy: { app: added?.app ?? null, expose: null, strategy: added?.strategy ?? null } }
  const inside = [...new Set(spec.ports.filter((port) => port.protocol === 'tcp').map((port) => port.port))]
  const containerPort = added.port ?? (inside.length === 1 ? inside[0]! : null)
  if (added.expose !== undefined && containerPort === null)
    problems.push(
      problem(`compose.services.${spec.service}.port`, `Say which port of ${spec.service} expose leads to with port.`),
    )
  const expose = readExposure(added.expose, containerPort)
  const ports =
    expose === null
      ? spec.ports
      : [
          ...spec.ports.filter((port) => port.port !== containerPort || port.protocol !== 'tcp'),
          // A free port of the host for each instance; people come in through the proxy.
          { host: '127.0.0.1', hostPort: null, port: containerPort ?? 0, protocol: 'tcp' as const },
        ]
  return {
    ...workload,
    // The image of an app is brought here by the deployment; no registry has it.
    spec: { ...spec, ports, pull: added.app !== undefined && spec.pull === 'always' ? 'missing' : spec.pull },
    deploy: { app: added.app ?? null, expose, strategy: added.strategy ?? null },
  }
}
