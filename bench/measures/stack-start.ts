import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { labVariables } from '../../test/lab/variables.ts'
import { budget, type Bench } from '../figure.ts'
import { median } from '../quantile.ts'
import { type Engine, openEngine } from '../subject/engine.ts'
import { openHouse, pause, type RunningHouse } from '../subject/house.ts'

const rounds = 5
const services = ['web', 'api', 'worker']
const image = 'lab/busybox:1'
/** Names that begin with wheelhouse. are kept for owners, and a stack may not carry them. */
const label = 'bench.stack'
const labelled = encodeURIComponent(JSON.stringify({ label: [label] }))

/** Names are new each time: a stack that is there has nothing to begin. */
const compose = (name: string): string => `name: ${name}
services:
${services
  .map(
    (service) =>
      `  ${service}: { image: '${image}', network_mode: none, command: [sleep, '600'], labels: { ${label}: '1' } }`,
  )
  .join('\n')}
`

interface Took {
  /** From the call to the engine's first word of a container. */
  readonly begunMs: number
  /** To the last of them running. */
  readonly runningMs: number
}

/** Watches the engine's own events meanwhile. */
async function took(engine: Engine, run: () => Promise<unknown>): Promise<Took> {
  const stream = await engine.stream(`/events?filters=${labelled}`)
  let begun: number | null = null
  let running = 0
  const all = new Promise<number>((done) => {
    let rest = ''
    stream.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines.filter(Boolean)) {
        const { Action } = JSON.parse(line) as { Action: string }
        if (Action === 'create') begun ??= performance.now()
        if (Action === 'start' && ++running === services.length) done(performance.now())
      }
    })
  })
  const since = performance.now()
  await run()
  const end = await Promise.race([all, pause(60_000).then(() => Number.NaN)])
  stream.destroy()
  return { begunMs: (begun ?? Number.NaN) - since, runningMs: end - since }
}

async function sweep(engine: Engine): Promise<void> {
  const found = JSON.parse(await engine.call('GET', `/containers/json?all=1&filters=${labelled}`)) as { Id: string }[]
  for (const { Id } of found) await engine.call('DELETE', `/containers/${Id}?force=1`)
}

async function byHand(engine: Engine, round: number): Promise<void> {
  await Promise.all(
    services.map(async (service) => {
      const spec = {
        Image: image,
        Cmd: ['sleep', '600'],
        Labels: { [label]: '1' },
        HostConfig: { NetworkMode: 'none' },
      }
      const path = `/containers/create?name=bench-raw-${round}-${service}`
      const { Id } = JSON.parse(await engine.call('POST', path, spec)) as { Id: string }
      await engine.call('POST', `/containers/${Id}/start`)
    }),
  )
}

const byHouse = ({ admin }: RunningHouse, target: string, round: number): Promise<unknown> =>
  admin.stacks.apply({ source: compose(`bench-ours-${round}`), target })

function composeOf(engine: Engine): ((file: string) => Promise<void>) | null {
  const { WHEELHOUSE_TEST_DOCKER_CLI: cli, WHEELHOUSE_TEST_DOCKER_CONFIG: config } = {
    ...labVariables(),
    ...process.env,
  }
  if (!cli) return null
  const args = config ? ['--config', config] : []
  const env = { ...process.env, DOCKER_HOST: engine.address }
  try {
    execFileSync(cli, [...args, 'compose', 'version'], { env, stdio: 'ignore' })
  } catch {
    return null
  }
  return async (file) => {
    const child = spawn(cli, [...args, 'compose', '-f', file, 'up', '-d'], { env, stdio: 'ignore' })
    const [code] = (await once(child, 'exit')) as [number]
    if (code !== 0) throw new Error(`docker compose up ended with ${code}`)
  }
}

export const stackStart: Bench = {
  name: 'stack-start',
  about: `a stack of ${services.length} services, from the call until the engine begins and until all run`,
  async run() {
    const engine = openEngine()
    const folder = mkdtempSync(join(tmpdir(), 'wh-bench-stack-'))
    const up = composeOf(engine)
    const house = await openHouse()
    const ours: Took[] = []
    const theirs: Took[] = []
    const raw: Took[] = []
    try {
      await sweep(engine)
      const target = await house.addEngine(engine.address)
      for (let round = 0; round < rounds; round++) {
        raw.push(await took(engine, () => byHand(engine, round)))
        ours.push(await took(engine, () => byHouse(house, target, round)))
        if (up) {
          const file = join(folder, `compose-${round}.yaml`)
          writeFileSync(file, compose(`bench-compose-${round}`))
          theirs.push(await took(engine, () => up(file)))
        }
        await sweep(engine)
        await pause(500)
      }
      const of = (runs: readonly Took[], which: keyof Took): number => median(runs.map((run) => run[which]))
      const beside = (which: keyof Took) =>
        up
          ? { what: 'docker compose up -d', value: of(theirs, which) }
          : { what: 'the engine itself', value: of(raw, which) }
      const slowest = Math.max(...ours.map(({ begunMs }) => begunMs))
      return [
        {
          what: `until the engine begins, the slowest of ${rounds}`,
          value: slowest,
          unit: 'ms',
          raw: beside('begunMs'),
          budget: budget('< 5 s', slowest < 5000),
        },
        { what: 'until all run', value: of(ours, 'runningMs'), unit: 'ms', raw: beside('runningMs'), budget: null },
        {
          what: 'until all run, asked of the engine by hand',
          value: of(raw, 'runningMs'),
          unit: 'ms',
          raw: null,
          budget: null,
        },
      ]
    } finally {
      await house.close()
      await sweep(engine)
      engine.close()
      rmSync(folder, { recursive: true, force: true })
    }
  },
}
