import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { where } from '../needs.ts'

/** The lab's three nodes as a Swarm. A suite that needs `swarm` has them to itself. */
export const nodeNames = ['n1', 'n2', 'n3'] as const
export type NodeName = (typeof nodeNames)[number]

/** n1 begins it; the others join as managers where named so, else as workers. Ready is when every node is. */
export async function formSwarm(managers: readonly NodeName[] = ['n1']): Promise<void> {
  await leaveSwarm()
  const remote = where('swarm')
  await ask('n1', 'POST', '/swarm/init', { ListenAddr: `${addressOf('n1')}:2377`, AdvertiseAddr: remote })
  const { JoinTokens } = await ask<{ JoinTokens: { Manager: string; Worker: string } }>('n1', 'GET', '/swarm')
  for (const name of nodeNames.slice(1)) {
    const own = `${addressOf(name)}:2377`
    const JoinToken = managers.includes(name) ? JoinTokens.Manager : JoinTokens.Worker
    const body = { ListenAddr: own, AdvertiseAddr: own, RemoteAddrs: [remote], JoinToken }
    await ask(name, 'POST', '/swarm/join', body)
  }
  await whole('n1')
}

/** Mends what is broken and lets every node leave, whatever Swarm it is in. Tasks end with it. */
export async function leaveSwarm(): Promise<void> {
  await Promise.all(
    nodeNames.map(async (name) => {
      await joinNode(name)
      await startEngine(name)
      if (!(await leave(name))) return
      await removeTasks(name)
      // An engine may go on gossiping with the keys of the Swarm it left, and hears nobody in the next.
      await stopEngine(name, 'kill')
      await (await faults()).dropOverlays(name)
      await startEngine(name)
    }),
  )
}

/** Pulls a node's cable: it lives on and hears nobody. Its socket on this machine still answers. */
export async function cutNode(name: NodeName): Promise<void> {
  await (await faults()).cut(name)
}

/** Puts the cable back; harmless when it is in. */
export async function joinNode(name: NodeName): Promise<void> {
  await (await faults()).join(name)
}

export async function stopEngine(name: NodeName, how: 'stop' | 'kill' = 'stop'): Promise<void> {
  await (await faults()).stopEngine(name, how)
}

/** Starts a stopped engine on the data it had; harmless when it runs. */
export async function startEngine(name: NodeName): Promise<void> {
  await (await faults()).startEngine(name)
}

/** Nodes as a manager sees them. */
export async function statesOf(manager: NodeName): Promise<{ id: string; hostname: string; state: string }[]> {
  const nodes = await ask<{ ID: string; Description: { Hostname: string }; Status: { State: string } }[]>(
    manager,
    'GET',
    '/nodes',
  )
  return nodes.map(({ ID, Description, Status }) => ({ id: ID, hostname: Description.Hostname, state: Status.State }))
}

/**
 * Waits until every node is ready and every manager agrees who leads. A node is ready a moment before: a manager that comes back first has
 * the others elect anew, and meanwhile nothing can be changed.
 */
export async function whole(by: NodeName): Promise<void> {
  interface Row {
    readonly Status: { readonly State: string }
    readonly ManagerStatus?: { readonly Leader?: boolean; readonly Reachability: string }
  }
  let since = 0
  await until('the Swarm is whole', async () => {
    const rows = await ask<Row[]>(by, 'GET', '/nodes').catch(() => [])
    const managers = rows.flatMap(({ ManagerStatus }) => ManagerStatus ?? [])
    const holds =
      rows.length === nodeNames.length &&
      rows.every(({ Status }) => Status.State === 'ready') &&
      managers.every(({ Reachability }) => Reachability === 'reachable') &&
      managers.filter(({ Leader }) => Leader).length === 1
    if (!holds) since = 0
    else since ||= Date.now()
    return holds && Date.now() - since >= steadyMs
  })
}
const steadyMs = 1000

export function addressOf(name: NodeName): string {
  const address = process.env[`WHEELHOUSE_TEST_${name.toUpperCase()}_ADDRESS`]
  if (!address) throw new Error(`There is no ${name}: npm run lab -- up`)
  return address
}

/** One call to a node's engine by its socket; throws with the engine's words. */
export async function ask<T = unknown>(name: NodeName, method: string, path: string, body?: unknown): Promise<T> {
  const socketPath = where(name).replace('unix://', '')
  const headers = { 'content-type': 'application/json' }
  const [status, said] = await new Promise<[number, string]>((done, fail) => {
    const sent = request({ socketPath, method, path: `/v1.41${path}`, headers }, (answer) => {
      text(answer).then((whole) => done([answer.statusCode ?? 500, whole]), fail)
    })
    sent.once('error', fail).end(body === undefined ? undefined : JSON.stringify(body))
  })
  if (status >= 400) throw new Error(`${name} ${method} ${path}: ${status} ${said.trim()}`)
  return (/^[[{"]/.test(said) ? JSON.parse(said) : said) as T
}

export async function until(what: string, holds: () => Promise<boolean>, withinMs = 60_000): Promise<void> {
  const deadline = Date.now() + withinMs
  let last: unknown
  while (Date.now() < deadline) {
    try {
      if (await holds()) return
    } catch (error) {
      last = error
    }
    await pause(100)
  }
  throw new Error(`It did not come about within ${withinMs / 1000} s: ${what}`, { cause: last })
}

/** False when it is in none. It is not asked before: a manager without the others thinks about its state for twenty seconds. */
async function leave(name: NodeName): Promise<boolean> {
  try {
    await ask(name, 'POST', '/swarm/leave?force=1')
    return true
  } catch (error) {
    if ((error as Error).message.includes('not part of a swarm')) return false
    throw error
  }
}

/** An engine that leaves forgets containers of tasks it was not asked for lately; those it does remove itself are gone a moment later. */
async function removeTasks(name: NodeName): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ label: ['com.docker.swarm.task'] }))
  await until(`no task is left on ${name}`, async () => {
    const left = await ask<{ Id: string }[]>(name, 'GET', `/containers/json?all=1&filters=${filters}`)
    await Promise.allSettled(left.map(({ Id }) => ask(name, 'DELETE', `/containers/${Id}?force=1`)))
    return left.length === 0
  })
}

/** The lab may be that of another checkout; where it is has to be known before its modules are loaded. */
async function faults() {
  const folder = process.env.WHEELHOUSE_TEST_LAB
  if (folder) process.env.WHEELHOUSE_LAB_DIR = folder
  return import('../lab/nodes/faults.ts')
}
