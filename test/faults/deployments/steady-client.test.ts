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
  meanwhile?(stack: Stack): Promise<void>
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
    async meanwhile(stack) {
      for (const name of ['before', 'hold']) {
        await stack.hasBegun(name)
        await plane.stop('SIGKILL')
        await up()
        stack.turn(name)
      }
    },
  },
]

describe.each<Strategy>(['rolling', 'blue-green', 'canary', 'recreate'])(
  'a client during a deploy with %s',
  (strategy) => {
    let stack: Stack
    beforeAll(async () => {
      stack = await Stack.make(folder, `steady-${strategy}`, strategy, puppet)
      stack.write('first')
      const run = await ended(() => admin, (await admin.deployments.start({ directory: stack.directory })).id)
      expect(run.state, told(run)).toBe('succeeded')
    }, 240_000)

    test.each(deploys.map((deploy, index) => ({ ...deploy, version: `v${index + 2}` })))(
      '$title',
      { timeout: 240_000 },
      async ({ state, version, change, meanwhile }) => {
        const clients = [true, false].map((keepAlive) => new SteadyClient(stack.ports.web, keepAlive))
        stack.write(version, change)
        const { id } = await admin.deployments.start({ directory: stack.directory })
        await meanwhile?.(stack)
        const run = await ended(() => admin, id)
        for (const client of clients) await client.end()
        expect(run.state, told(run)).toBe(state)
        const failures = clients.flatMap((client) => client.failures)
        for (const client of clients) expect(client.answers).toBeGreaterThan(0)
        // With recreate the old stops before the new starts: what is lost in between is lost, and told beforehand.
        if (strategy !== 'recreate') expect(failures).toEqual([])
      },
    )
  },
)
