import { readdir, readFile, readlink } from 'node:fs/promises'
import { clash, type EntryPoint, listenKey, type Route } from '@wheelhouse/proxies/proxy'
import type { Exposure, Workload } from '../../stacks/index.ts'
import { isFree } from '../steps/free-port.ts'
import { bad, type Check, type Found, type Look, well } from './check.ts'

/** Name of the program that listens on a port, where the system tells it. */
async function ownerOf(port: number): Promise<string | null> {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0')
  const inodes = new Set<string>()
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of (await readFile(table, 'utf8').catch(() => '')).split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/)
      if (fields[1]?.endsWith(`:${wanted}`) && fields[3] === '0A') inodes.add(fields[9] ?? '')
    }
  }
  if (inodes.size === 0) return null
  for (const pid of (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))) {
    for (const fd of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
      const link = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')
      const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1]
      if (inode === undefined || !inodes.has(inode)) continue
      const name = (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim()
      return `${name || 'a program'} (pid ${pid})`
    }
  }
  return null
}

interface Wanted {
  readonly port: number
  readonly host: string
  readonly of: string
  readonly expose: Exposure | null
}

/** Ports of this machine that the stack needs. */
function wantedPorts({ project }: Look): Wanted[] {
  const rendered = project.render({ folders: {}, images: {}, serve: {} })
  const workloads: Workload[] = [...(rendered.processes?.workloads ?? []), ...(rendered.containers?.workloads ?? [])]
  const wanted = workloads.flatMap(({ spec, deploy }): Wanted[] => {
    const expose = deploy?.expose ?? null
    const fixed =
      spec.kind === 'process'
        ? spec.ports
        : spec.kind === 'container'
          ? spec.ports.flatMap((port) => port.hostPort ?? [])
          : []
    return [
      ...(expose === null ? [] : [{ port: expose.port, host: expose.host, of: spec.service, expose }]),
      ...fixed.map((port) => ({ port, host: '0.0.0.0', of: spec.service, expose: null })),
    ]
  })
  return wanted.filter((one, index) => wanted.findIndex((other) => other.port === one.port) === index)
}

/** What a route of a proxy says of the port; null where no proxy listens there. */
async function lookAtRoutes({ room, project }: Look, { port, host, expose }: Wanted): Promise<Found | null> {
  const lists = await Promise.all([...room.proxies.values()].map((proxy) => proxy.list().catch(() => [])))
  const there = lists.flat().filter(({ listen }) => listen.port === port)
  if (there.some(({ id }) => id.startsWith(`${project.name}/${project.environment}/`)))
    return well('held by the stack itself')
  if (expose === null) return null
  const { protocol, hostnames } = expose
  const route: Route = { id: '', protocol, listen: { host, port }, hostnames, upstreams: [] }
  const taken = clash(route, there)
  if (taken !== null)
    return bad(
      `${port} is taken by the route ${taken.with.id}: ${taken.why}`,
      `Take another port or host name, or remove the stack that has it: wh remove ${taken.with.id.split('/')[0]}.`,
    )
  return there.some((other) => listenKey(other) === listenKey(route)) ? well('shared by host name') : null
}

const lookAtEntryPoint = ({ name, address }: EntryPoint): Found =>
  well(address === null ? `entry point ${name}, which was not looked at` : `entry point ${name} at ${address}`)

async function lookAtPort(look: Look, wanted: Wanted): Promise<Found> {
  const { port, host, expose } = wanted
  const proxy = expose === null ? undefined : look.room.proxies.get(expose.proxy)
  // It opens its ports by its own configuration.
  if (proxy?.entryPoint !== undefined) return lookAtEntryPoint(await proxy.entryPoint({ host, port }))
  const own = look.targets
    .flatMap((target) => look.room.targets.services(target.id))
    .filter((service) => service.stack === look.project.stack)
  // Also by a service that goes with this run, such as one that has another name now: it stops before its successor starts.
  if (own.some((service) => service.ports.some(({ hostPort }) => hostPort === port)))
    return well('held by the stack itself')
  if (await isFree(host, port)) return well('free')
  const routed = await lookAtRoutes(look, wanted)
  if (routed !== null) return routed
  const owner = await ownerOf(port)
  const next = await firstFree(port + 1)
  return bad(
    `${port} is taken by ${owner ?? 'another program'}`,
    `Stop ${owner ?? 'it'}, or take another port${next === null ? '' : `: ${next} is free`}.`,
  )
}

async function firstFree(from: number): Promise<number | null> {
  for (let port = from; port < Math.min(from + 50, 65_536); port++) if (await isFree('0.0.0.0', port)) return port
  return null
}

export function portChecks(look: Look): Check[] {
  if (look.project.problems.some((problem) => problem.severity === 'error')) return []
  return wantedPorts(look).map((wanted) => ({
    id: `port:${wanted.port}`,
    group: 'network',
    title: `Port ${wanted.port} for ${wanted.of}`,
    severity: 'error',
    look: () => lookAtPort(look, wanted),
  }))
}
