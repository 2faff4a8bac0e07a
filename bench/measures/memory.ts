import { spawn } from 'node:child_process'
import { budget, type Bench, type Figure, NotHere } from '../figure.ts'
import { type Engine, openEngine } from '../subject/engine.ts'
import { buildServer, openHouse, pause, residentMb, type RunningHouse, type Script } from '../subject/house.ts'
import { subscribe } from '../subject/socket.ts'

const idleMs = 25_000
const services = 100

export const memory: Bench = {
  name: 'memory',
  about: 'resident memory after 25 s at rest, with one page open',
  async run() {
    await buildServer()
    const engine = engineOrNull()
    try {
      await engine?.sweep()
      await engine?.create(services, 'memory')
      const raw = { what: 'node, doing nothing', value: await emptyNode() }
      const resident = (script: Script, on: Engine | null): Promise<number> => atRest(script, on?.address ?? null)
      // They rest at the same time; pages that they share are counted for each.
      const [sources, bundle, sourcesWith, bundleWith] = await Promise.all([
        resident('start', null),
        resident('start:built', null),
        engine && resident('start', engine),
        engine && resident('start:built', engine),
      ])
      const figure = (what: string, value: number): Figure => ({
        what,
        value,
        unit: 'MB',
        raw,
        budget: budget('< 100 MB', value < 100),
      })
      return [
        figure('from sources', sources),
        figure('built', bundle),
        ...(sourcesWith === null ? [] : [figure(`from sources, ${services} containers`, sourcesWith)]),
        ...(bundleWith === null ? [] : [figure(`built, ${services} containers`, bundleWith)]),
      ]
    } finally {
      await engine?.sweep()
      engine?.close()
    }
  },
}

async function atRest(script: Script, address: string | null): Promise<number> {
  const house = await openHouse(script)
  try {
    if (address !== null) await house.addEngine(address)
    const socket = await subscribe(house.url, house.token, 'system', {}, () => undefined)
    await openPage(house)
    await pause(idleMs)
    socket.close()
    return house.memory()
  } finally {
    await house.close()
  }
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
