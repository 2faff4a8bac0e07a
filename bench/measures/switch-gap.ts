import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createSwitch, type Switch, switchProgram } from '../../proxies/switch/index.ts'
import { budget, type Bench, type Figure } from '../figure.ts'
import { median } from '../quantile.ts'

const swaps = 20
const servesMs = 100
const throughputMs = 3_000
const throughputRounds = 3
const connections = 32
const service = resolve(import.meta.dirname, '../subject/proxied.mjs')

interface Running {
  readonly process: ChildProcess
  readonly port: number
}

async function start(name: string, port = 0): Promise<Running> {
  const child = spawn(process.execPath, [service, name, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return { process: child, port: Number(line.toString()) }
}

async function stop({ process: child }: Running, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill(signal)
  await gone
}

/** One request; false when it failed in any way. */
function ask(port: number, agent: Agent | false): Promise<boolean> {
  return new Promise((done) => {
    const sent = request({ host: '127.0.0.1', port, agent, timeout: 10_000 }, (answer) => {
      answer.resume()
      answer.on('error', () => done(false))
      answer.on('end', () => done(answer.statusCode === 200))
    })
    sent.on('timeout', () => sent.destroy())
    sent.on('error', () => done(false))
    sent.end()
  })
}

/** Asks without a pause, on a kept connection and on new ones, until it is told to stop. */
class SteadyClient {
  readonly #agent = new Agent({ keepAlive: true })
  readonly #loops: Promise<void>[]
  readonly #port: number
  #stopped = false
  asked = 0
  failed = 0
  /** The longest time between two answers of 200. */
  gapMs = 0
  #last = performance.now()

  constructor(port: number) {
    this.#port = port
    this.#loops = [this.#agent, false as const].map((agent) => this.#loop(agent))
  }

  async #loop(agent: Agent | false): Promise<void> {
    while (!this.#stopped) {
      this.asked++
      const good = await ask(this.#port, agent)
      const now = performance.now()
      if (good) {
        this.gapMs = Math.max(this.gapMs, now - this.#last)
        this.#last = now
      } else {
        this.failed++
        await pause(1) // a refused connection takes no time, and would be counted a thousand times
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all(this.#loops)
    this.#agent.destroy()
  }
}

async function throughput(port: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const until = performance.now() + throughputMs
  let answers = 0
  const since = performance.now()
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < until) if (await ask(port, agent)) answers++
    }),
  )
  agent.destroy()
  return (answers / (performance.now() - since)) * 1_000
}

/** Swaps through the switch, as a deployment does: new beside old, switch, drain, stop the old. */
async function throughSwitch(proxy: Switch, port: number): Promise<SteadyClient & { reportedMs?: number }> {
  let serving = await start('v0')
  const put = ({ port: at }: Running, name: string): Promise<{ gapMs: number }> => {
    const upstreams = [{ id: name, host: '127.0.0.1', port: at, weight: 1 }]
    return proxy.set({ id: 'bench', protocol: 'http', listen: { host: '127.0.0.1', port }, hostnames: [], upstreams })
  }
  await put(serving, 'v0')
  const client: SteadyClient & { reportedMs?: number } = new SteadyClient(port)
  client.reportedMs = 0
  for (let version = 1; version <= swaps; version++) {
    const next = await start(`v${version}`)
    client.reportedMs = Math.max(client.reportedMs, (await put(next, `v${version}`)).gapMs)
    await proxy.drain('bench', `v${version - 1}`, 10_000, new AbortController().signal)
    await stop(serving)
    serving = next
    await pause(servesMs)
  }
  await client.stop()
  await stop(serving)
  return client
}

/** Stop the old, start the new on the same port: what one does without a proxy. */
async function raw(): Promise<SteadyClient> {
  let serving = await start('v0')
  const { port } = serving
  const client = new SteadyClient(port)
  for (let version = 1; version <= swaps; version++) {
    await pause(servesMs)
    await stop(serving)
    serving = await start(`v${version}`, port)
  }
  await client.stop()
  await stop(serving)
  return client
}

export const switchGap: Bench = {
  name: 'switch-gap',
  about: `${swaps} swaps under a client that never stops asking; stopping the old and starting the new beside it`,
  async run(): Promise<Figure[]> {
    const folder = mkdtempSync(join(tmpdir(), 'wh-bench-switch-'))
    let program: ChildProcess | null = null
    const proxy = createSwitch({
      stateFolder: folder,
      start: async () => {
        program = spawn(process.execPath, [switchProgram, '--state', folder], { stdio: 'ignore' })
        await once(program, 'spawn')
      },
    })
    try {
      const probe = await start('port')
      await stop(probe)
      const [swapped, stopped] = [await throughSwitch(proxy, probe.port), await raw()]
      const one = await start('one')
      const upstreams = [{ id: 'one', host: '127.0.0.1', port: one.port, weight: 1 }]
      const listen = { host: '127.0.0.1', port: probe.port }
      await proxy.set({ id: 'bench', protocol: 'http', listen, hostnames: [], upstreams })
      const [bare, behind]: [number[], number[]] = [[], []]
      await throughput(probe.port) // the first thousands are compiled on the way
      await throughput(one.port)
      for (let round = 0; round < throughputRounds; round++) {
        bare.push(await throughput(one.port))
        behind.push(await throughput(probe.port))
      }
      await stop(one)
      const beside = 'stop old, start new'
      return [
        {
          what: `failed of ${swapped.asked} requests`,
          value: swapped.failed,
          unit: 'requests',
          raw: { what: `${beside}, of ${stopped.asked}`, value: stopped.failed },
          budget: budget('0 failed', swapped.failed === 0),
        },
        {
          what: 'longest time without an answer',
          value: swapped.gapMs,
          unit: 'ms',
          raw: { what: beside, value: stopped.gapMs },
          budget: null,
        },
        {
          what: 'gap as the switch tells it',
          value: swapped.reportedMs ?? Number.NaN,
          unit: 'ms',
          raw: null,
          budget: budget('0 ms', swapped.reportedMs === 0),
        },
        {
          what: `small answers, ${connections} kept connections`,
          value: median(behind),
          unit: 'requests/s',
          raw: { what: 'the service itself', value: median(bare) },
          budget: null,
        },
      ]
    } finally {
      if (program !== null) await stop({ process: program, port: 0 }, 'SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    }
  },
}
