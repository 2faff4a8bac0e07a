import { spawn } from 'node:child_process'
import { budget, type Bench, type Figure, NotHere } from '../figure.ts'
import { type Engine, openEngine } from '../subject/engine.ts'
import { openHouse, pause, residentMb, type RunningHouse } from '../subject/house.ts'
import { subscribe } from '../subject/socket.ts'

const idleMs = 12_000
const services = 100

export const memory: Bench = {
  name: 'memory',
  about: 'resident memory at rest, with one page open',
  async run() {
    const house = await openHouse()
    const socket = await subscribe(house.url, house.token, 'system', {}, () => undefined)
    let engine: Engine | null = null
    try {
      await openPage(house)
      await pause(idleMs * 2)
      const raw = { what: 'node, doing nothing', value: await emptyNode() }
      const empty = house.memory()
      const figures: Figure[] = [
        { what: 'no services', value: empty, unit: 'MB', raw, budget: budget('< 100 MB', empty < 100) },
      ]
      engine = engineOrNull()
      if (!engine) return figures
      await engine.sweep()
      await engine.create(services, 'memory')
      await house.addEngine(engine.address)
      await openPage(house)
      await pause(idleMs)
      return [...figures, { what: '100 containers', value: house.memory(), unit: 'MB', raw, budget: null }]
    } finally {
      socket.close()
      await house.close()
      await engine?.sweep()
      engine?.close()
    }
  },
}

/** What the first page asks for. */
async function openPage({ admin }: RunningHouse): Promise<void> {
  await Promise.all([admin.services.list({}), admin.targets.list({}), admin.timeline.list({}), admin.stacks.list({})])
}

function engineOrNull(): Engine | null {
  try {
    return openEngine()
  } catch (error) {
    if (error instanceof NotHere) return null
    throw error
  }
}

async function emptyNode(): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  await pause(1000)
  const resident = residentMb(child.pid ?? 0)
  child.kill()
  return resident
}
