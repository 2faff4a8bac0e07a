import type { Client } from '@wheelhouse/client'
import type { Deployment, Strategy } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ControlPlane, until, Yard } from '../control-plane.ts'
import { command, holdBefore, migrating, s3 } from './failures.ts'
import { noOrphans } from './orphans.ts'
import { Puppet } from './puppet.ts'
import { type Draft, ended, patienceMs, reaches, Stack, told } from './stack.ts'

const yard = new Yard()
const folder = yard.folder()
const strategies: readonly Strategy[] = ['recreate', 'rolling', 'blue-green', 'canary']
const stacks: Stack[] = []
let puppet: Puppet
let plane: ControlPlane
let admin: Client
let count = 0

const up = async (): Promise<void> => void ({ plane, admin } = await yard.admin(`${folder}/data`))
/** `meanwhile` happens while there is no control plane. */
async function kill(meanwhile: () => void = () => undefined): Promise<void> {
  await plane.stop('SIGKILL')
  meanwhile()
  await up()
}
const start = async (stack: Stack): Promise<string> =>
  (await admin.deployments.start({ directory: stack.directory })).id

beforeAll(async () => {
  puppet = await Puppet.open()
  await up()
  for (const strategy of strategies) stacks.push(await Stack.make(folder, `killed-${strategy}`, strategy, puppet))
  const ids = await Promise.all(
    stacks.map((stack) => {
      stack.write('first', stubborn)
      return start(stack)
    }),
  )
  for (const id of ids) {
    const run = await ended(() => admin, id)
    expect(run.state, told(run)).toBe('succeeded')
  }
}, 240_000)
afterAll(async () => {
  puppet.close()
  await yard.sweep()
})

/** Its worker takes a second to be killed: so long it is being stopped. */
function stubborn(draft: Draft, stack: Stack): void {
  stack.put('tools/stubborn.sh', "trap '' TERM; while :; do sleep 0.2; done")
  Object.assign(draft.services.worker!, { command: ['sh', stack.path('tools/stubborn.sh')], stop: { timeout: '1s' } })
}

interface Held {
  readonly stage: string
  readonly state?: Deployment['state']
  change?(draft: Draft, stack: Stack): void
  /** Resolves once the stage is held where it is to be killed. */
  begun(stack: Stack): Promise<unknown>
  /** Before it is started again. */
  release?(stack: Stack): void
}

const asked = (stack: Stack, what: 'gate' | 'verify' | 's3'): Promise<true> =>
  until(() => (stack.wasAsked(what) ? true : null), patienceMs)

const held: readonly Held[] = [
  {
    stage: 'stop',
    change: stubborn,
    begun: (stack) => stageOf(stack, stack.strategy === 'recreate' ? 'stop' : 'start'),
  },
  {
    stage: 'preflight',
    change: (draft, stack) => (draft.requires = { registries: [stack.mute()] }),
    begun: () => until(() => (puppet.wasAsked('/v2/') ? true : null), patienceMs),
    release: () => puppet.set('/v2/', 'pass'),
  },
  {
    stage: 'backup',
    state: 'failed',
    change(draft, stack) {
      stack.puppet('s3', 'hold')
      draft.backup.to = s3(stack)
    },
    begun: (stack) => asked(stack, 's3'),
    release: (stack) => stack.puppet('s3', 'fail'),
  },
  {
    stage: 'build',
    change: (draft, stack) => (draft.apps.api!.options = { command: stack.wait('hold') }),
    begun: (stack) => stack.hasBegun('hold'),
    release: (stack) => stack.turn('hold'),
  },
  {
    stage: 'test',
    change: (draft, stack) => (draft.apps.web!.test = stack.wait('hold')),
    begun: (stack) => stack.hasBegun('hold'),
    release: (stack) => stack.turn('hold'),
  },
  {
    stage: 'release',
    change: (draft, stack) => migrating(draft, stack, stack.wait('hold').join(' ')),
    begun: (stack) => stack.hasBegun('hold'),
    release: (stack) => stack.turn('hold'),
  },
  {
    stage: 'start',
    change(draft, stack) {
      stack.puppet('gate', 'hold')
      draft.gates = []
      draft.services.api!.health = [{ http: stack.puppetUrl('gate'), interval: '500ms' }]
    },
    begun: (stack) => asked(stack, 'gate'),
    release: (stack) => stack.puppet('gate', 'pass'),
  },
  {
    stage: 'gates',
    change: (_draft, stack) => stack.puppet('gate', 'hold'),
    begun: (stack) => asked(stack, 'gate'),
    release: (stack) => stack.puppet('gate', 'pass'),
  },
  {
    stage: 'verify',
    change: (_draft, stack) => stack.puppet('verify', 'hold'),
    begun: (stack) => asked(stack, 'verify'),
    release: (stack) => stack.puppet('verify', 'pass'),
  },
  {
    stage: 'own',
    change: (draft, stack) =>
      void draft.pipeline.commands.push(command('own', { before: 'switch' }, stack.wait('hold'))),
    begun: (stack) => stack.hasBegun('hold'),
    release: (stack) => stack.turn('hold'),
  },
  {
    // Undone once, and killed while its command is being undone.
    stage: 'verify',
    state: 'rolled-back',
    change(draft, stack) {
      draft.verify = [{ command: ['false'], interval: '500ms', retries: 1 }]
      draft.pipeline.timeouts.verify = '1s'
      draft.pipeline.commands.push({ ...command('own', { before: 'start' }, ['true']), undo: stack.wait('hold') })
    },
    begun: (stack) => stack.hasBegun('hold'),
    release: (stack) => stack.turn('hold'),
  },
  {
    stage: 'watch',
    change: (draft) => (draft.pipeline.watch = { for: '3s' }),
    begun: (stack) => stageOf(stack, 'watch'),
  },
]

const runs = new Map<Stack, string>()
const stageOf = (stack: Stack, stage: string): Promise<Deployment> => reaches(() => admin, runs.get(stack)!, stage)

async function hasEnded(stack: Stack, state: Deployment['state'], before: Awaited<ReturnType<Stack['stand']>>) {
  const run = await ended(() => admin, runs.get(stack)!)
  expect(run.state, told(run)).toBe(state)
  const stand = await stack.stand(admin)
  if (state === 'succeeded') {
    const answer = `200 ${stack.version} hello-${stack.version}`
    expect(stand).toMatchObject({ web: answer, api: answer })
    // A control plane that is only just back may not have heard of every process yet.
    const services = async (): Promise<readonly string[]> => (await stack.stand(admin)).services
    await expect.poll(async () => (await services()).filter((name) => !/\.r\d+ /.test(name))).toHaveLength(3)
    if (['recreate', 'rolling'].includes(stack.strategy)) await expect.poll(services).toHaveLength(3)
  } else expect(stand).toEqual(before)
  expect(run.outcome?.notUndone).toEqual([])
}

// Every kill hits four runs at once, each in another stage and with another strategy.
const rounds = [0, 4, 8].map((from) => held.slice(from, from + 4))

test.each(rounds.map((cells) => ({ cells, names: cells.map(({ stage }) => stage).join(', ') })))(
  'killed inside $names',
  { timeout: 240_000 },
  async ({ cells }) => {
    const lanes = cells.map((cell, lane) => ({ cell, stack: stacks[lane]! }))
    const before = await Promise.all(stacks.map((stack) => stack.stand(admin)))
    const version = `held-${++count}`
    for (const { cell, stack } of lanes) {
      stack.write(version, cell.change)
      runs.set(stack, await start(stack))
    }
    await Promise.all(lanes.map(({ cell, stack }) => cell.begun(stack)))
    await kill(() => {
      for (const { cell, stack } of lanes) cell.release?.(stack)
    })
    for (const [lane, { cell, stack }] of lanes.entries())
      await hasEnded(stack, cell.state ?? 'succeeded', before[lane]!)
    await noOrphans(admin, folder, plane.pid)
  },
)

// Four deaths of the same run, each as soon as it is seen in that stage: one less than what makes it be given up.
const moments = [
  ['preflight', 'backup', 'build', 'stop'],
  ['lock', 'config', 'release', 'gates'],
  ['test', 'start', 'switch', 'watch'],
  ['verify', 'report', 'notify'],
].map((stages) => ({ stages, names: stages.join(', ') }))

test.each(moments)('killed at the first moment of $names', { timeout: 240_000 }, async ({ stages }) => {
  const version = `moment-${++count}`
  for (const stack of stacks) {
    stack.write(version)
    runs.set(stack, await start(stack))
  }
  for (const stage of stages) {
    await stageOf(stacks[count % stacks.length]!, stage)
    await kill()
  }
  for (const stack of stacks) await hasEnded(stack, 'succeeded', await stack.stand(admin))
  await noOrphans(admin, folder, plane.pid)
})

test(
  'a run that takes the control plane with it five times is abandoned, and says what is where',
  { timeout: 240_000 },
  async () => {
    const [stack] = stacks as [Stack]
    stack.write('deadly', (draft) => holdBefore(draft, stack, 'verify'))
    const before = await stack.stand(admin)
    runs.set(stack, await start(stack))
    for (let deaths = 0; deaths < 5; deaths++) {
      await stack.hasBegun('hold')
      await kill(() => stack.reset())
    }
    const run = await ended(() => admin, runs.get(stack)!)
    expect(run.state, told(run)).toBe('abandoned')
    expect(run.outcome).toMatchObject({ stage: 'hold', error: { message: 'This run was cut off 5 times.' } })
    expect(run.outcome?.running).not.toEqual([])
    expect(run.outcome?.notUndone).toEqual(
      expect.arrayContaining(['command hold is not finished.', `start ${stack.name}-web was done and is not undone.`]),
    )
    expect(await stack.answer('web')).toBe('200 deadly hello-deadly')

    // The stack is not lost: the next run takes over what that one left.
    stack.write('mended')
    runs.set(stack, await start(stack))
    await hasEnded(stack, 'succeeded', before)
    await noOrphans(admin, folder, plane.pid)
  },
)
