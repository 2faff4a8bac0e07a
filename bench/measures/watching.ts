import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { labVariables } from '../../test/lab/variables.ts'
import { budget, type Bench, NotHere } from '../figure.ts'
import { median } from '../quantile.ts'
import { openEngine } from '../subject/engine.ts'
import { openHouse, pause } from '../subject/house.ts'
import { subscribe } from '../subject/socket.ts'

const containers = 20
const windows = 3
const windowMs = 15_000
const settleMs = 3000
/** Of a second, as Linux tells times of processes (proc(5)). */
const tickMs = 10

export const watching: Bench = {
  name: 'watching',
  about: `CPU of an engine with ${containers} running containers while it is watched; one docker stats beside it`,
  async run() {
    const { WHEELHOUSE_TEST_DOCKER_CLI: cli } = { ...labVariables(), ...process.env }
    if (!cli) throw new NotHere("there is no docker; npm run lab -- up brings the engine's own")
    const engine = openEngine()
    const root = rootOf(engine.address)
    await engine.sweep()
    const spent = { alone: [] as number[], watched: [] as number[], stats: [] as number[] }
    try {
      for (let n = 0; n < containers; n++) {
        const spec = {
          Image: 'lab/busybox:1',
          Cmd: ['sleep', '600'],
          Labels: { 'wheelhouse.bench': '1' },
          HostConfig: { NetworkMode: 'none' },
        }
        const { Id } = JSON.parse(await engine.call('POST', `/containers/create?name=bench-watch-${n}`, spec)) as {
          Id: string
        }
        await engine.call('POST', `/containers/${Id}/start`)
      }
      // In turns, so that what else the engine does is spread over all three.
      for (let round = 0; round < windows; round++) {
        spent.alone.push(await cpuPercent(root))
        const house = await openHouse()
        await house.addEngine(engine.address)
        const socket = await subscribe(house.url, house.token, 'system', {}, () => undefined)
        await pause(settleMs)
        spent.watched.push(await cpuPercent(root))
        socket.close()
        await house.close()
        const stats = spawn(cli, ['stats'], { env: { ...process.env, DOCKER_HOST: engine.address }, stdio: 'ignore' })
        await pause(settleMs)
        spent.stats.push(await cpuPercent(root))
        stats.kill()
        await pause(settleMs)
      }
      const [alone, watched, stats] = [median(spent.alone), median(spent.watched), median(spent.stats)]
      const raw = { what: 'while docker stats runs', value: stats }
      return [
        { what: 'CPU of the engine, of a core, left alone', value: alone, unit: '%', raw, budget: null },
        {
          what: 'CPU of the engine, of a core, watched',
          value: watched,
          unit: '%',
          raw,
          budget: budget('below docker stats', watched < stats),
        },
      ]
    } finally {
      await engine.sweep()
      engine.close()
    }
  },
}

/** The engine's process, by the file beside its socket. */
function rootOf(address: string): number {
  const file = join(dirname(address.replace(/^unix:\/\//, '')), 'docker.pid')
  if (!existsSync(file))
    throw new NotHere('the process of the engine is not known: there is no docker.pid beside its socket')
  return Number(readFileSync(file, 'utf8'))
}

/** The engine and its containerd; what runs in containers is not theirs. */
function processes(root: number): number[] {
  const found = [root]
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    try {
      const [, name, parent] = /^\d+ \((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${entry}/stat`, 'utf8')) ?? []
      if (name === 'containerd' && Number(parent) === root) found.push(Number(entry))
    } catch {
      // Ended meanwhile.
    }
  }
  return found
}

function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) * tickMs
}

async function cpuPercent(root: number): Promise<number> {
  const pids = processes(root)
  const sum = (): number => pids.reduce((ms, pid) => ms + cpuMs(pid), 0)
  const [before, since] = [sum(), performance.now()]
  await pause(windowMs)
  return ((sum() - before) / (performance.now() - since)) * 100
}
