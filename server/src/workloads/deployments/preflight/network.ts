import { readdir, readFile, readlink } from 'node:fs/promises'
import { lookup } from 'node:dns/promises'
import { createServer } from 'node:net'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { clash, type EntryPoint, listenKey, type Proxy, type Route } from '@wheelhouse/proxies/proxy'
import type { Exposure, Workload } from '../../stacks/index.ts'
import { routeIdOf } from '../plan/changes.ts'
import { bad, type Check, type Found, type Look, well } from './check.ts'

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, host, () => probe.close(() => resolve(true)))
  })
}

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
  /** Why it need not be free; null where it has to be. */
  readonly held: string | null
  /** That opens its ports by its own configuration. */
  readonly proxy: Proxy | null
}

const ofStack = 'held by the stack itself'

/** Ports of this machine that the stack needs: free, or held by the stack itself. */
async function wantedPorts(look: Look): Promise<Wanted[]> {
  const { room, project, targets } = look
  const rendered = project.render({ folders: {}, images: {}, serve: {} })
  const workloads: Workload[] = [...(rendered.processes?.workloads ?? []), ...(rendered.containers?.workloads ?? [])]
  const own = targets
    .flatMap((target) => room.targets.services(target.id))
    .filter((service) => service.stack === project.stack)
  const ownPorts = new Set(own.flatMap((service) => service.ports.flatMap((port) => port.hostPort ?? [])))
  const wanted: Wanted[] = []
  for (const { spec, deploy } of workloads) {
    const expose: Exposure | null = deploy?.expose ?? null
    if (expose !== null) wanted.push(await exposed(look, spec.service, expose))
    const fixed = spec.kind === 'process' ? spec.ports : spec.ports.flatMap((port) => port.hostPort ?? [])
    for (const port of fixed) {
      const held = ownPorts.has(port) ? ofStack : null
      wanted.push({ port, host: '0.0.0.0', of: spec.service, held, proxy: null })
    }
  }
  return wanted.filter((one, index) => wanted.findIndex((other) => other.port === one.port) === index)
}

/** The port a proxy opens for a service. One that it listens on already is shared, told apart by host names. */
async function exposed({ room, project, targets }: Look, of: string, expose: Exposure): Promise<Wanted> {
  const proxy = room.proxies.get(expose.proxy)
  const { port, host, protocol, hostnames } = expose
  const wanted = { port, host, of, proxy: proxy?.entryPoint === undefined ? null : proxy }
  const ids = new Set(targets.map((target) => routeIdOf(project.name, project.environment, of, target.id)))
  const routes = (await proxy?.list().catch(() => [])) ?? []
  if (routes.some((route) => ids.has(route.id) && route.listen.port === port)) return { ...wanted, held: ofStack }
  const id = [...ids][0] ?? `${project.name}/${project.environment}/${of}`
  const asked: Route = { id, protocol, listen: { host, port }, hostnames, upstreams: [] }
  const beside = routes.filter((route) => listenKey(route) === listenKey(asked))
  const shares = beside.length > 0 && clash(asked, beside) === null
  return { ...wanted, held: shares ? `shared with ${beside.map((route) => route.id).join(', ')} by host name` : null }
}

async function lookAtPort({ port, host, held, proxy }: Wanted): Promise<Found> {
  if (proxy?.entryPoint !== undefined) return lookAtEntryPoint(await proxy.entryPoint({ host, port }))
  if (held !== null) return well(held)
  if (await isFree(host, port)) return well('free')
  const owner = await ownerOf(port)
  const next = await firstFree(port + 1)
  return bad(
    `${port} is taken by ${owner ?? 'another program'}`,
    `Stop ${owner ?? 'it'}, or take another port${next === null ? '' : `: ${next} is free`}.`,
  )
}

const lookAtEntryPoint = ({ name, address }: EntryPoint): Found =>
  well(address === null ? `entry point ${name}, which was not looked at` : `entry point ${name} at ${address}`)

async function firstFree(from: number): Promise<number | null> {
  for (let port = from; port < Math.min(from + 50, 65_536); port++) if (await isFree('0.0.0.0', port)) return port
  return null
}

/** Asks a registry whether it lets us in: 200, or 401 which asks for a name and password that the engine has. */
function lookAtRegistry(registry: string, signal: AbortSignal): Promise<Found> {
  const isLocal = /^(localhost|127\.|\[::1\])/.test(registry)
  const send = isLocal ? httpRequest : httpsRequest
  return new Promise((resolve) => {
    const fix = `See that ${registry} is up and that the engine has signed in: docker login ${registry}.`
    const call = send(`${isLocal ? 'http' : 'https'}://${registry}/v2/`, { signal, timeout: 3_500 }, (response) => {
      response.resume()
      const status = response.statusCode ?? 0
      resolve(
        status === 200 ? well('lets us in') : bad(status === 401 ? 'asks for a login' : `answered ${status}`, fix),
      )
    })
    call.on('timeout', () => call.destroy(new Error('no answer')))
    call.on('error', (error) => resolve(bad(`does not answer: ${error.message}`, fix)))
    call.end()
  })
}

export async function networkChecks(look: Look): Promise<Check[]> {
  const { project, signal } = look
  const requires = project.manifest?.requires
  const ports = project.problems.some((problem) => problem.severity === 'error') ? [] : await wantedPorts(look)
  return [
    ...ports.map((wanted): Check => ({
      id: `port:${wanted.port}`,
      group: 'network',
      title: `Port ${wanted.port} for ${wanted.of}`,
      severity: 'error',
      look: () => lookAtPort(wanted),
    })),
    ...(requires?.dns ?? []).map((name): Check => ({
      id: `dns:${name}`,
      group: 'network',
      title: `Name ${name}`,
      severity: 'error',
      look: () =>
        lookup(name).then(
          ({ address }) => well(address),
          (error: NodeJS.ErrnoException) =>
            bad(`does not resolve (${error.code ?? error.message})`, `Add ${name} to DNS, or to /etc/hosts.`),
        ),
    })),
    ...(requires?.registries ?? []).map((registry): Check => ({
      id: `registry:${registry}`,
      group: 'network',
      title: `Registry ${registry}`,
      severity: 'error',
      look: () => lookAtRegistry(registry, signal),
    })),
  ]
}
