import { type Deployment, deploymentEnded } from '@wheelhouse/contract'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { budget, type Bench, type Figure } from '../figure.ts'
import { median } from '../quantile.ts'
import { type Engine, openEngine } from '../subject/engine.ts'
import { openHouse, pause, type RunningHouse } from '../subject/house.ts'

const rounds = 5
const image = 'lab/web:1'
const overheadMs = 300
const overheadShare = 0.05

const program = (version: string): string => `
import { createServer } from 'node:http'
createServer((request, response) => response.end(${JSON.stringify(version)})).listen(Number(process.env.PORT ?? 0), '127.0.0.1')
process.on('SIGTERM', () => process.exit(0))
`

function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => done(port))
    })
  })
}

const tookMs = (of: { startedAt: string | null; finishedAt: string | null } | undefined): number =>
  of?.startedAt && of.finishedAt ? Date.parse(of.finishedAt) - Date.parse(of.startedAt) : 0

/** A whole run without the time in which it only looks on, whether what it started stays up. */
function actsMs(deployment: Deployment): number {
  const looksOn = deployment.stages.filter(({ name }) => name === 'gates' || name === 'watch' || name === 'verify')
  return tookMs(deployment) - looksOn.reduce((sum, stage) => sum + tookMs(stage), 0)
}

/** From the moment a stage failed to the end of the undo. */
function undoMs(deployment: Deployment): number {
  const failed = deployment.stages.find(({ state }) => state === 'failed')?.finishedAt
  return failed && deployment.finishedAt ? Date.parse(deployment.finishedAt) - Date.parse(failed) : Number.NaN
}

async function ended(house: RunningHouse, id: string, wanted: Deployment['state']): Promise<Deployment> {
  for (;;) {
    const deployment = await house.admin.deployments.get({ id })
    if (deploymentEnded(deployment.state)) {
      if (deployment.state === wanted) return deployment
      throw new Error(`Run ${deployment.number} ended ${deployment.state}: ${JSON.stringify(deployment.outcome)}`)
    }
    await pause(20)
  }
}

/** The least that starts a process, until the program of it runs. */
async function rawSpawnMs(file: string): Promise<number> {
  const since = performance.now()
  const child = spawn(process.execPath, [file], { stdio: 'ignore' })
  await once(child, 'spawn')
  const took = performance.now() - since
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
  return took
}

async function rawContainerMs(engine: Engine, round: number): Promise<number> {
  const spec = { Image: image, Labels: { 'wheelhouse.bench': '1' }, HostConfig: { NetworkMode: 'none' } }
  const since = performance.now()
  const { Id } = JSON.parse(await engine.call('POST', `/containers/create?name=bench-raw-${round}`, spec)) as {
    Id: string
  }
  await engine.call('POST', `/containers/${Id}/start`)
  return performance.now() - since
}

interface Measured {
  readonly acts: number[]
  readonly whole: number[]
  readonly undone: number[]
  readonly returned: number[]
}

/** Releases that are brought one after the other, one that fails after each, and a return at the end. */
async function runs(
  house: RunningHouse,
  stack: string,
  bring: (version: string) => Promise<string>,
): Promise<Measured> {
  const measured: Measured = { acts: [], whole: [], undone: [], returned: [] }
  for (let round = 0; round <= rounds; round++) {
    const done = await ended(house, await bring(`v${round}`), 'succeeded')
    // The first makes what the others find there.
    if (round === 0) continue
    measured.acts.push(actsMs(done))
    measured.whole.push(tookMs(done))
    const bad = await ended(house, await bring(`bad${round}`), 'rolled-back')
    measured.undone.push(undoMs(bad))
  }
  const back = await ended(house, (await house.admin.deployments.rollback({ stack })).id, 'succeeded')
  measured.returned.push(actsMs(back))
  return measured
}

async function processes(house: RunningHouse, folder: string): Promise<Measured> {
  const port = await freePort()
  mkdirSync(join(folder, 'web'), { recursive: true })
  writeFileSync(
    join(folder, 'wheelhouse.yaml'),
    `name: bench-process
apps: { web: { path: web, builder: static } }
services: { web: { app: web, command: [node, main.mjs], expose: ${port} } }
pipeline: { strategy: blue-green, skip: [watch] }
`,
  )
  return runs(house, 'bench-process', async (version) => {
    const text = version.startsWith('bad') ? `process.exit(3) // ${version}` : program(version)
    writeFileSync(join(folder, 'web/main.mjs'), text)
    return (await house.admin.deployments.start({ directory: folder })).id
  })
}

async function containers(house: RunningHouse, target: string): Promise<Measured> {
  return runs(house, 'bench-container', async (version) => {
    const command = version.startsWith('bad') ? '[sh, -c, exit 3]' : `[sh, -c, 'trap "exit 0" TERM; sleep 600 & wait']`
    const source = `name: bench-container
services:
  web: { image: '${image}', network_mode: none, command: ${command}, labels: { version: ${version} } }
`
    const { id } = await house.admin.deployments.start({ source, target, strategy: 'blue-green', skip: ['watch'] })
    return id
  })
}

function figures(kind: string, measured: Measured, raw: { what: string; values: number[] }): Figure[] {
  const [acts, limit] = [median(measured.acts), median(raw.values)]
  const most = limit + overheadMs + overheadShare * limit
  return [
    {
      what: `${kind}: a release, without the looking on`,
      value: acts,
      unit: 'ms',
      raw: { what: raw.what, value: limit },
      budget: budget(`< ${overheadMs} ms + 5 % over it`, acts < most),
    },
    { what: `${kind}: a release, whole`, value: median(measured.whole), unit: 'ms', raw: null, budget: null },
    {
      what: `${kind}: undo of one that failed`,
      value: median(measured.undone),
      unit: 'ms',
      raw: null,
      budget: null,
    },
    {
      what: `${kind}: return to the one before, without the looking on`,
      value: median(measured.returned),
      unit: 'ms',
      raw: null,
      budget: null,
    },
  ]
}

export const deployOverhead: Bench = {
  name: 'deploy-overhead',
  about: `${rounds} releases of one service, each followed by one that fails; starting the same by hand beside it`,
  async run(): Promise<Figure[]> {
    const engine = openEngine()
    const folder = mkdtempSync(join(tmpdir(), 'wh-bench-deploy-'))
    const house = await openHouse()
    let peak = 0
    const looking = setInterval(() => (peak = Math.max(peak, house.memory())), 20)
    try {
      await engine.sweep()
      const target = await house.addEngine(engine.address)
      const raw = { spawn: [] as number[], container: [] as number[] }
      writeFileSync(join(folder, 'raw.mjs'), program('raw'))
      for (let round = 0; round < rounds; round++) {
        raw.spawn.push(await rawSpawnMs(join(folder, 'raw.mjs')))
        raw.container.push(await rawContainerMs(engine, round))
      }
      const process = await processes(house, join(folder, 'project'))
      const container = await containers(house, target)
      const preflights: number[] = []
      for (let round = 0; round < rounds; round++)
        preflights.push((await house.admin.deployments.check({ directory: join(folder, 'project') })).tookMs)
      const preflight = median(preflights)
      return [
        ...figures('process', process, { what: 'spawn', values: raw.spawn }),
        ...figures('container', container, { what: 'create and start', values: raw.container }),
        {
          what: 'preflight',
          value: preflight,
          unit: 'ms',
          raw: null,
          budget: budget('< 5 s', preflight < 5_000),
        },
        {
          what: 'peak memory of the control plane',
          value: peak,
          unit: 'MB',
          raw: null,
          budget: budget('< 500 MB', peak < 500),
        },
      ]
    } finally {
      clearInterval(looking)
      for (const { id, stack, kind } of (await house.admin.services.list({ limit: 500 })).items)
        if (kind === 'process' || stack?.startsWith('bench-'))
          await house.admin.services.remove({ id }).catch(() => undefined)
      await house.close()
      await engine.sweep()
      engine.close()
      rmSync(folder, { recursive: true, force: true })
    }
  },
}
