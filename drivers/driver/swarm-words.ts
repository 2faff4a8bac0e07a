import type { SwarmTask } from './swarm-native.ts'

/** What the scheduler says of nodes that it passed over, and how people say it. `on` is as in "3 nodes". */
const filters: readonly (readonly [pattern: RegExp, words: (on: string, task: SwarmTask) => string])[] = [
  [
    /^scheduling constraints not satisfied on (\d+ nodes?)$/,
    (on, { Spec: { Placement } }) =>
      `${does(on, 'do not meet its constraints')}${inBrackets(Placement?.Constraints ?? [])}`,
  ],
  [
    /^insufficient resources on (\d+ nodes?)$/,
    (on, task) => `${does(on, 'have less left than it reserves')}${inBrackets(reserved(task))}`,
  ],
  [/^host-mode port already in use on (\d+ nodes?)$/, (on) => `its port is taken on ${on}`],
  [
    /^max replicas per node limit exceed(?:ed)?$/,
    (_on, { Spec: { Placement } }) => {
      const most = Placement?.MaxReplicas ?? 1
      return `a node may have ${most === 1 ? 'one task' : `${most} tasks`} of it at most, and none that fits has fewer`
    },
  ],
  [/^unsupported platform on (\d+ nodes?)$/, (on) => does(on, 'are of another platform than its image')],
  [/^missing plugin on (\d+ nodes?)$/, (on) => does(on, 'lack a plugin that it needs')],
  [/^(\d+ nodes?) not available for new tasks$/, (on) => does(on, 'take no new tasks')],
]

const does = (on: string, what: string): string =>
  on === '1 node'
    ? `${on} ${what
        .replace(/^do /, 'does ')
        .replace(/^have /, 'has ')
        .replace(/^are /, 'is ')
        .replace(/^(lack|take) /, '$1s ')}`
    : `${on} ${what}`
const inBrackets = (words: readonly string[]): string => (words.length === 0 ? '' : ` (${words.join(', ')})`)

function reserved({ Spec: { Resources } }: SwarmTask): string[] {
  const { NanoCPUs: cpus = 0, MemoryBytes: bytes = 0 } = Resources?.Reservations ?? {}
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const at = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  const cores = cpus / 1e9
  return [
    ...(cpus > 0 ? [`${cores} ${cores === 1 ? 'CPU' : 'CPUs'}`] : []),
    ...(bytes > 0 ? [`${Math.round((bytes / 1024 ** at) * 10) / 10} ${units[at]}`] : []),
  ]
}

function passedOver(said: string, task: SwarmTask): string {
  const parts = said.split('; ').map((part) => {
    for (const [pattern, words] of filters) {
      const found = pattern.exec(part)
      if (found) return words(found[1] ?? '', task)
    }
    return part
  })
  return `no suitable node: ${parts.join(', ')}`
}

/**
 * What a task says of itself, as a clause, in words that tell what to do: `it ended with exit code 3`, `no suitable node: 2 nodes have less
 * left than it reserves (2 CPUs)`. What is not known is as the engine says it.
 */
export function wordsOf(task: SwarmTask): string {
  const said = (task.Status.Err || task.Status.Message || task.Status.State).replace(/^task: /, '').trim()
  const code = /^non-zero exit \((-?\d+)\)(?:: (.*))?$/s.exec(said)
  if (code) return `it ended with exit code ${code[1]}${code[2] ? `: ${code[2]}` : ''}`
  const nodes = /^no suitable node \((.*)\)$/s.exec(said)
  if (nodes) return passedOver(nodes[1] ?? '', task)
  const image = /^no such image: (\S+)$/i.exec(said)
  if (image)
    return `no such image: ${image[1]} could not be pulled by its node. The registry does not have it, is not reached, or wants a sign-in`
  const folder = /^invalid mount config for type "bind": bind source path does not exist: (.+)$/.exec(said)
  if (folder) return `its node has no folder ${folder[1]} to mount`
  return said.replace(/^starting container failed: /, 'its container did not start: ')
}
