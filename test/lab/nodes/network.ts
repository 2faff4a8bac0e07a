import { readdirSync } from 'node:fs'
import { run, which } from '../command.ts'
import { type Component, Unavailable } from '../component.ts'
import { end, isAlive } from '../daemon.ts'
import { block, type Memory, mark } from '../place.ts'
import { endHolder, hold, onNetwork } from './namespace.ts'

/** The lab's end of the network on this machine. An interface's name has at most 15 characters. */
const leg = `whn${mark}`
const bridge = 'lab0'

/** The network of the nodes: it follows from the ports, so that no two labs share it. */
export function subnet(memory: Memory): string {
  return address(memory, 0) + '/24'
}

/** `host` 1 is this machine, 11 to 13 are the nodes. */
export function address(memory: Memory, host: number): string {
  const own = block(memory)
  return `10.${77 + Math.floor(own / 250)}.${own % 250}.${host}`
}

/**
 * The network that joins the nodes and this machine: a bridge in a namespace of its own, because one beside another
 * engine is subject to that engine's rules and carries nothing. Each cable's end at the bridge is `p-<node>`.
 */
export const network: Component = {
  name: 'network',
  async up(memory) {
    const missing = ['ip', 'unshare', 'nsenter'].filter((program) => !which(program))
    if (missing.length > 0) throw new Unavailable(`${missing.join(', ')} not installed`)
    if (process.getuid?.() !== 0) throw new Unavailable('only root can make network namespaces')
    await run('unshare', ['--net', '--mount', '--pid', '--fork', 'true']).catch((error: unknown) => {
      throw new Unavailable(`this machine gives no namespaces: ${(error as Error).message}`)
    })
    const holder = await hold('switch')
    const inside = (...args: string[]) => run(...onNetwork(holder, 'ip', ...args))
    await inside('link', 'add', bridge, 'type', 'bridge')
    await inside('link', 'set', bridge, 'up')
    const peer = ['peer', 'name', 'p-host', 'netns', String(holder.pid)]
    await run('ip', ['link', 'add', leg, 'type', 'veth', ...peer])
    await inside('link', 'set', 'p-host', 'master', bridge, 'up')
    await run('ip', ['addr', 'add', `${address(memory, 1)}/24`, 'dev', leg])
    await run('ip', ['link', 'set', leg, 'up'])
    return { process: holder, variables: { WHEELHOUSE_TEST_NETWORK: subnet(memory) } }
  },
  async down(memory) {
    await end(memory.processes.network, 'SIGKILL')
    await endHolder('switch')
    // The cable goes with the namespace at its other end, a moment later than the namespace's last process.
    if (readdirSync('/sys/class/net').includes(leg)) await run('ip', ['link', 'delete', leg]).catch(() => undefined)
  },
  answers: (memory) => Promise.resolve(isAlive(memory.processes.network)),
}

/** Joins a node to the switch. */
export async function plug(memory: Memory, name: string, holder: { pid: number }, host: number): Promise<void> {
  const hub = memory.processes.network
  if (!isAlive(hub)) throw new Unavailable('there is no network to join it to')
  const cable = ['link', 'add', `p-${name}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(holder.pid)]
  const atHub = (...args: string[]) => run(...onNetwork(hub, 'ip', ...args))
  const atNode = (...args: string[]) => run(...onNetwork(holder, 'ip', ...args))
  await atHub(...cable)
  await atHub('link', 'set', `p-${name}`, 'master', bridge, 'up')
  await atNode('addr', 'add', `${address(memory, host)}/24`, 'dev', 'eth0')
  await atNode('link', 'set', 'eth0', 'up')
  await atNode('link', 'set', 'lo', 'up')
}

/** Pulls a node's cable out of the switch, or puts it back. */
export async function setLink(memory: Memory, name: string, state: 'up' | 'down'): Promise<void> {
  const hub = memory.processes.network
  if (!isAlive(hub)) throw new Error('The network of the lab is not up: npm run lab -- up')
  await run(...onNetwork(hub, 'ip', 'link', 'set', `p-${name}`, state))
}
