import type { Client } from '@wheelhouse/client'
import type { Deployment, Strategy } from '@wheelhouse/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ControlPlane, Yard } from '../control-plane.ts'
import { holdBefore } from './failures.ts'
import { Puppet } from './puppet.ts'
import { type Draft, ended, Stack, told } from './stack.ts'
import { SteadyClient } from './steady-client.ts'

const yard = new Yard()
const folder = yard.folder()
let puppet: Puppet
let plane: ControlPlane
let admin: Client

const up = async (): Promise<void> => void ({ plane, admin } = await yard.admin(`${folder}/data`))
beforeAll(async () => {
  puppet = await Puppet.open()
  await up()
})
afterAll(async () => {
  puppet.close()
  await yard.sweep()
})

interface Deploy {
  readonly title: string
  readonly state: Deployment['state']
  change?(draft: Draft, stack: Stack): void
  meanwhile?(stacks: readonly Stack[]): Promise<void>
}
const deploys: readonly Deploy[] = [
  { title: 'that succeeds', state: 'succeeded' },
  {
    title: 'that fails after the switch and is undone',
    state: 'rolled-back',
    change(draft) {
      draft.verify = [{ command: ['false'], interval: '500ms', retries: 1 }]
      draft.pipeline.timeouts.verify = '1s'
    },
  },
  {
    title: 'in which the control plane is killed before and after the switch',
    state: 'succeeded',
    change(draft, stack) {
      draft.pipeline.commands.push({ name: 'before', before: 'stop', run: stack.wait('before') })
      holdBefore(draft, stack, 'verify')
    },
    async meanwhile(stacks) {
      for (const name of ['before', 'hold']) {
        for (const stack of stacks) await stack.hasBegun(name)
        await plane.stop('SIGKILL')
        await up()
        for (const stack of stacks) stack.turn(name)
      }
    },
  },
]

// Two beside each other: one death of the control plane hits the runs of both.
const pairs: readonly (readonly Strategy[])[] = [
  ['rolling', 'blue-green'],
  ['canary', 'recreate'],
]

describe.each(pairs.map((strategies) => ({ strategies, names: strategies.join(' and ') })))(
  'a client during a deploy with $names',
  ({ strategies }) => {
    let stacks: Stack[]
    const start = (): Promise<string[]> =>
      Promise.all(stacks.map(async ({ directory }) => (await admin.deployments.start({ directory })).id))
    beforeAll(async () => {
      stacks = await Promise.all(
        strategies.map((strategy) => Stack.make(folder, `steady-${strategy}`, strategy, puppet)),
      )
      for (const stack of stacks) stack.write('first')
      for (const id of await start()) {
        const run = await ended(() => admin, id)
        expect(run.state, told(run)).toBe('succeeded')
      }
    }, 240_000)

    test.each(deploys.map((deploy, index) => ({ ...deploy, version: `v${index + 2}` })))(
      '$title',
      { timeout: 240_000 },
      async ({ state, version, change, meanwhile }) => {
        const clients = stacks.map(({ ports }) =>
          [true, false].map((keepAlive) => new SteadyClient(ports.web, keepAlive)),
        )
        for (const stack of stacks) stack.write(version, change)
        const ids = await start()
        await meanwhile?.(stacks)
        const runs: Deployment[] = []
        for (const id of ids) runs.push(await ended(() => admin, id))
        for (const client of clients.flat()) await client.end()
        for (const [lane, run] of runs.entries()) {
          expect(run.state, told(run)).toBe(state)
          for (const { answers } of clients[lane]!) expect(answers).toBeGreaterThan(0)
          // With recreate the old stops before the new starts: what is lost in between is lost, and told beforehand.
          if (strategies[lane] !== 'recreate') expect(clients[lane]!.flatMap(({ failures }) => failures)).toEqual([])
        }
      },
    )
  },
)
