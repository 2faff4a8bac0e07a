import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

const packages: Readonly<Record<string, string>> = {
  contract: 'contract',
  client: 'client',
  platform: 'platform',
  driver: 'drivers/driver',
  'driver-process': 'drivers/process',
  'driver-docker': 'drivers/docker',
  'driver-swarm': 'drivers/swarm',
  engine: 'drivers/engine',
  'driver-os-service': 'drivers/os-service',
  builders: 'builders',
  proxies: 'proxies',
}
const rooms: readonly [name: string, path: RegExp][] = [
  ['contract', /^contract\//],
  ['client', /^client\//],
  ['web', /^web\/src\//],
  ['cli', /^cli\/src\//],
  ['main', /^server\/src\/[\w-]+\.ts$/],
  ['http and ws', /^server\/src\/(http|ws)\//],
  ['dispatch', /^server\/src\/dispatch\//],
  ['faces', /^server\/src\/faces\//],
  ['observation', /^server\/src\/observation\//],
  ['workloads', /^server\/src\/workloads\//],
  ['inventory', /^server\/src\/inventory\//],
  ['identity', /^server\/src\/identity\//],
  ['drivers/driver', /^drivers\/driver\//],
  ['drivers/process', /^drivers\/process\//],
  ['drivers/docker', /^drivers\/docker\//],
  ['drivers/swarm', /^drivers\/swarm\//],
  ['drivers/engine', /^drivers\/engine\//],
  ['drivers/os-service', /^drivers\/os-service\//],
  ['builders', /^builders\//],
  ['proxies', /^proxies\//],
  ['platform', /^platform\//],
]
const roomOf = (path: string): string | undefined => rooms.find(([, pattern]) => pattern.test(path))?.[0]

/** Arrows every room has would hide those that tell something. */
const everywhere = new Set(['contract', 'platform', 'dispatch'])

function targetOf(file: string, specifier: string): string | null {
  if (specifier.startsWith('.')) return normalize(join(dirname(file), specifier))
  const ours = /^@wheelhouse\/([\w-]+)/.exec(specifier)?.[1]
  return ours === undefined ? null : `${packages[ours] ?? ours}/`
}

/** The rooms and the imports between them as a Mermaid graph, read from the sources as they are. */
export function architectureMap(root: string): string {
  const files = execFileSync('git', ['ls-files', '*.ts', '*.tsx'], { cwd: root, encoding: 'utf8' }).split('\n')
  const edges = new Set<string>()
  const counts = new Map<string, number>()
  for (const file of files) {
    const from = /\.test\.tsx?$|\/conformance\//.test(file) ? undefined : roomOf(file)
    if (from === undefined) continue
    counts.set(from, (counts.get(from) ?? 0) + 1)
    const source = readFileSync(join(root, file), 'utf8')
    for (const [, specifier] of source.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)) {
      const path = targetOf(file, specifier ?? '')
      const to = path === null ? undefined : roomOf(path)
      if (to !== undefined && to !== from && !everywhere.has(to)) edges.add(`${from} --> ${to}`)
    }
  }
  const id = (name: string): string => name.replaceAll(/\W+/g, '_')
  const nodes = rooms.filter(([name]) => counts.has(name)).map(([name]) => `  ${id(name)}["${name}"]`)
  const arrows = [...edges].sort().map((edge) => {
    const [from = '', to = ''] = edge.split(' --> ')
    return `  ${id(from)} --> ${id(to)}`
  })
  return ['```mermaid', 'flowchart TD', ...nodes, ...arrows, '```'].join('\n')
}
