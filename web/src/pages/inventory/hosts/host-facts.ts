import type { Target } from '@wheelhouse/contract'
import { serviceStates } from '@wheelhouse/contract/workloads/states'
import { kindWords } from '../../../shell/target-words.ts'
import { bytes, percent } from '../../../ui/format/number.ts'

/** What is known of one host beside its row; undefined while it is asked for, null where it cannot be told. */
export interface HostData {
  readonly target: Target
  readonly images: { readonly count: number; readonly sizeBytes: number } | undefined
  readonly volumes: number | undefined
  readonly networks: number | undefined
  readonly info: Readonly<Record<string, unknown>> | null | undefined
  /** Features that this version lacks. */
  readonly lacks: readonly string[] | null | undefined
}

export interface Fact {
  readonly label: string
  /** One a host, in their order; null where it is not known. */
  readonly values: readonly (string | null)[]
  /** Hosts are expected to agree here, so a difference is worth a look. */
  readonly compared: boolean
  readonly differs: boolean
}
export interface FactGroup {
  readonly title: string
  readonly facts: readonly Fact[]
}

type Read = (host: HostData) => string | number | null | undefined

const fact = (hosts: readonly HostData[], label: string, read: Read, compared = false): Fact => {
  const values = hosts.map((host) => {
    const value = read(host)
    return value === null || value === undefined || value === '' ? null : String(value)
  })
  // What a host does not tell makes no difference: it is unknown, not other.
  return { label, values, compared, differs: new Set(values.filter((value) => value !== null)).size > 1 }
}

const text =
  (key: string): Read =>
  ({ info }) => {
    const value = info?.[key]
    return typeof value === 'string' || typeof value === 'number' ? value : null
  }
const groupsOf: Read = (host) => {
  const [version, driver] = [text('CgroupVersion')(host), text('CgroupDriver')(host)]
  return version == null ? null : [`v${version}`, ...(driver == null ? [] : [driver])].join(', ')
}
const yes =
  (key: string): Read =>
  ({ info }) =>
    typeof info?.[key] === 'boolean' ? (info[key] ? 'yes' : 'no') : null

const share = (value: number | null | undefined, of: number | null | undefined): string | null =>
  value == null || !of ? null : `${percent((value / of) * 100)}, ${bytes(value)} of ${bytes(of)}`

const swarmOf: Read = ({ info }) => {
  const swarm = info?.Swarm as { LocalNodeState?: string; ControlAvailable?: boolean } | undefined
  if (!swarm?.LocalNodeState) return null
  return swarm.LocalNodeState === 'active' ? (swarm.ControlAvailable ? 'manager' : 'worker') : swarm.LocalNodeState
}

/** All that can be held side by side, in groups. Groups without anything known are left out. */
export function factsOf(hosts: readonly HostData[]): FactGroup[] {
  const one = (label: string, read: Read): Fact => fact(hosts, label, read)
  const same = (label: string, read: Read): Fact => fact(hosts, label, read, true)
  const groups: FactGroup[] = [
    {
      title: 'Host',
      facts: [
        one('Host name', ({ target }) => target.engine?.hostname),
        same('System', ({ target }) => target.engine?.os),
        same('Kernel', text('KernelVersion')),
        same('Architecture', ({ target }) => target.engine?.arch),
        same('Cores', ({ target }) => target.engine?.cpus),
        same('Memory', ({ target }) => target.engine && bytes(target.engine.memoryBytes)),
      ],
    },
    {
      title: 'Engine',
      facts: [
        same('Kind', ({ target }) => kindWords[target.kind]),
        same('Version', ({ target }) => target.engine?.version),
        same('API version', ({ target }) => target.engine?.apiVersion),
        same('Storage driver', text('Driver')),
        same('Logging driver', text('LoggingDriver')),
        same('Control groups', groupsOf),
        same('Live restore', yes('LiveRestoreEnabled')),
        same('Swarm', swarmOf),
        same('Cannot', ({ lacks }) => (lacks ? (lacks.length === 0 ? 'nothing' : lacks.join(', ')) : null)),
      ],
    },
    {
      title: 'Use now',
      facts: [
        one('CPU of all cores', ({ target: { usage } }) =>
          usage?.cpuPercent == null ? null : percent(usage.cpuPercent),
        ),
        one('Memory in use', ({ target: { usage } }) => share(usage?.memoryBytes, usage?.memoryTotalBytes)),
        one('Disk in use', ({ target: { usage } }) => share(usage?.diskBytes, usage?.diskTotalBytes)),
      ],
    },
    {
      title: 'Services',
      facts: [
        one('All', ({ target }) => Object.values(target.services).reduce((sum, count) => sum + count, 0)),
        ...serviceStates
          .filter((state) => hosts.some(({ target }) => (target.services[state] ?? 0) > 0))
          .map((state) =>
            one(`${state[0]?.toUpperCase()}${state.slice(1)}`, ({ target }) => target.services[state] ?? 0),
          ),
      ],
    },
    {
      title: 'Kept there',
      facts: [
        one('Images', ({ images }) => images && `${images.count}, ${bytes(images.sizeBytes)}`),
        one('Volumes', ({ volumes }) => volumes),
        one('Networks', ({ networks }) => networks),
      ],
    },
    {
      title: 'Way',
      facts: [
        one('Address', ({ target }) => target.address),
        same('TLS', ({ target }) => (target.address.startsWith('tcp:') ? (target.tls ? 'yes' : 'no') : null)),
        one('Group', ({ target }) => target.group),
        one('Tags', ({ target }) => target.tags.join(', ')),
      ],
    },
  ]
  return groups
    .map((group) => ({ ...group, facts: group.facts.filter((each) => each.values.some((value) => value !== null)) }))
    .filter((group) => group.facts.length > 0)
}

/** Only what should be alike and is not. */
export const differing = (groups: readonly FactGroup[]): FactGroup[] =>
  groups
    .map((group) => ({ ...group, facts: group.facts.filter((each) => each.compared && each.differs) }))
    .filter((group) => group.facts.length > 0)
