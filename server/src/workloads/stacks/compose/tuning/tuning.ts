import type { ContainerSpec, ContainerTuning } from '@wheelhouse/driver'
import type { Path } from '../../file/problems.ts'
import type { Fields, Reader } from '../../file/reader.ts'
import { readBlockIo } from './block-io.ts'
import { readDeviceRequests } from './device-requests.ts'
import { readNamespace } from '../namespaces.ts'

type Tuning = { -readonly [K in keyof ContainerTuning]: ContainerTuning[K] }

/** Keys that say one thing in one word, with how they are read. */
const plain = {
  platform: ['platform', 'string'],
  domainname: ['domainname', 'string'],
  cpuShares: ['cpu_shares', 'integer'],
  cpuset: ['cpuset', 'string'],
  cpuPeriod: ['cpu_period', 'integer'],
  cpuQuota: ['cpu_quota', 'integer'],
  cpuRealtimePeriod: ['cpu_rt_period', 'integer'],
  cpuRealtimeRuntime: ['cpu_rt_runtime', 'integer'],
  memorySwappiness: ['mem_swappiness', 'integer'],
  oomKillDisable: ['oom_kill_disable', 'boolean'],
  groupAdd: ['group_add', 'strings'],
  dnsSearch: ['dns_search', 'oneOrMany'],
  dnsOptions: ['dns_opt', 'strings'],
  runtime: ['runtime', 'string'],
  deviceRules: ['device_cgroup_rules', 'strings'],
} as const satisfies Partial<Record<keyof ContainerTuning, readonly [string, keyof Reader]>>

/** What is absent in the file is absent here, so that it is no part of a digest. */
export function readTuning(
  reader: Reader,
  fields: Fields,
  path: Path,
  containers: ReadonlyMap<string, string>,
): ContainerTuning {
  const at = (key: string): Path => [...path, key]
  const given = Object.entries(plain).flatMap(([name, [key, how]]) =>
    fields[key] === undefined || fields[key] === null ? [] : [[name, reader[how](fields[key], at(key))] as const],
  )
  const found: Tuning = Object.fromEntries(given)
  if (fields.expose !== undefined) found.exposed = readExposed(reader, fields.expose, at('expose'))
  if (fields.logging !== undefined) found.logDriver = readLogging(reader, fields.logging, at('logging'))
  if (fields.memswap_limit !== undefined)
    found.memorySwapBytes = readSwap(reader, fields.memswap_limit, at('memswap_limit'))
  if (fields.oom_score_adj !== undefined)
    found.oomScoreAdjust = reader.integer(fields.oom_score_adj, at('oom_score_adj'), -1000)
  if (fields.uts !== undefined) found.utsMode = readNamespace(reader, fields.uts, at('uts'), ['host'], new Map()).mode
  if (fields.cgroup !== undefined)
    found.cgroupNamespace = reader.choice(fields.cgroup, at('cgroup'), ['host', 'private'])
  if (fields.storage_opt !== undefined) found.storageOptions = texts(reader, fields.storage_opt, at('storage_opt'))
  if (fields.blkio_config !== undefined) found.blockIo = readBlockIo(reader, fields.blkio_config, at('blkio_config'))
  if (fields.volumes_from !== undefined)
    found.volumesFrom = readVolumesFrom(reader, fields.volumes_from, at('volumes_from'), containers)
  const { memory, devices } = reservationsOf(reader, fields, path)
  if (memory !== null) found.memoryReservationBytes = memory
  const requests = [...readDeviceRequests(reader, fields.gpus, at('gpus'), ['gpu']), ...devices]
  if (requests.length > 0) found.deviceRequests = requests
  return found
}

const texts = (reader: Reader, value: unknown, path: Path): Record<string, string> =>
  Object.fromEntries([...reader.pairs(value, path)].map(([name, text]) => [name, text ?? '']))

function readSwap(reader: Reader, value: unknown, path: Path): number | null {
  return String(value) === '-1' ? -1 : reader.sizeBytes(value, path)
}

export function readLogging(reader: Reader, value: unknown, path: Path): ContainerSpec['logDriver'] {
  const fields = reader.map(value, path)
  if (!fields) return null
  const name = reader.string(fields.driver ?? 'json-file', [...path, 'driver'])
  return name === null ? null : { name, options: texts(reader, fields.options, [...path, 'options']) }
}

/** `3000`, `8080/udp` and `3000-3005`. */
function readExposed(reader: Reader, value: unknown, path: Path): NonNullable<ContainerSpec['exposed']> {
  return reader.strings(value, path).flatMap((text, index) => {
    const match = /^(\d+)(?:-(\d+))?(?:\/(tcp|udp|sctp))?$/.exec(text)
    const [first, last] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])]
    if (!match || first < 1 || last > 65_535 || last < first) {
      reader.problems.error([...path, index], `"${text}" is no port. Write it like 3000, 8080/udp or 3000-3005.`)
      return []
    }
    if (!reader.mayMake(last - first + 1, [...path, index])) return []
    const protocol = (match[3] ?? 'tcp') as 'tcp'
    return Array.from({ length: last - first + 1 }, (_, step) => ({ port: first + step, protocol }))
  })
}

/** `service`, `service:ro` and `container:name:ro`, as the engine takes them: by the name of the container. */
function readVolumesFrom(
  reader: Reader,
  value: unknown,
  path: Path,
  containers: ReadonlyMap<string, string>,
): string[] {
  return reader.strings(value, path).flatMap((text, index) => {
    const other = /^container:(.+)$/.exec(text)?.[1]
    if (other !== undefined) return [other]
    const [service = '', mode] = text.split(':')
    const container = containers.get(service)
    if (container === undefined) reader.problems.error([...path, index], `There is no service ${service} in the file.`)
    return container === undefined ? [] : [mode === undefined ? container : `${container}:${mode}`]
  })
}

function reservationsOf(
  reader: Reader,
  fields: Fields,
  path: Path,
): { memory: number | null; devices: NonNullable<ContainerSpec['deviceRequests']> } {
  const at = [...path, 'deploy', 'resources', 'reservations']
  const deploy = reader.map(fields.deploy, at.slice(0, -2)) ?? {}
  const given = reader.map(reader.map(deploy.resources, at.slice(0, -1))?.reservations, at) ?? {}
  for (const key of ['cpus', 'generic_resources', 'pids']) {
    if (given[key] !== undefined) reader.problems.warnAtKey([...at, key], `not applied: ${key}: it is for a Swarm.`)
  }
  const own =
    fields.mem_reservation === undefined || fields.mem_reservation === null
      ? null
      : reader.sizeBytes(fields.mem_reservation, [...path, 'mem_reservation'])
  const memory = given.memory === undefined ? null : reader.sizeBytes(given.memory, [...at, 'memory'])
  return { memory: memory ?? own, devices: readDeviceRequests(reader, given.devices, [...at, 'devices'], []) }
}
