import type { Client } from '@wheelhouse/client'
import type { Strategy } from '@wheelhouse/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ControlPlane, Yard } from '../control-plane.ts'
import { failures, type Fault } from './failures.ts'
import { hangs } from './hangs.ts'
import { noOrphans } from './orphans.ts'
import { Puppet } from './puppet.ts'
import { ended, Stack, told } from './stack.ts'

const yard = new Yard()
const folder = yard.folder()
const strategies: readonly Strategy[] = ['recreate', 'rolling', 'blue-green', 'canary']
let puppet: Puppet
let plane: ControlPlane
let admin: Client

beforeAll(async () => {
  puppet = await Puppet.open()
  ;({ plane, admin } = await yard.admin(`${folder}/data`))
})
afterAll(async () => {
  puppet.close()
  await yard.sweep()
})

async function deploy(stack: Stack, version: string, fault?: Fault) {
  stack.write(version, fault?.change)
  const { id } = await admin.deployments.start({ directory: stack.directory })
  await fault?.meanwhile?.(stack, () => admin.deployments.get({ id }))
  return ended(() => admin, id)
}

const all = [...failures, ...hangs]
/** Dealt out one after the other; those that a strategy may do in a way of its own, to each. */
const faultsOf = (lane: number): Fault[] =>
  all.filter(({ everywhere, only, without }, index) =>
    only === undefined
      ? without !== strategies[lane] && (everywhere === true || index % strategies.length === lane)
      : only === strategies[lane],
  )

// Each strategy has a stack of its own; the four go on beside each other.
describe.concurrent.each(strategies)('with %s', (strategy) => {
  let stack: Stack
  beforeAll(async () => {
    stack = await Stack.make(folder, `faults-${strategy}`, strategy, puppet)
    const first = await deploy(stack, 'first')
    expect(first.state, told(first)).toBe('succeeded')
  }, 240_000)

  test.each(faultsOf(strategies.indexOf(strategy)))(
    '$title',
    { concurrent: false, timeout: 240_000 },
    async (fault) => {
      const before = await stack.stand(admin)
      expect(before).toMatchObject({ web: '200 first hello-first', api: '200 first hello-first' })
      try {
        const run = await deploy(stack, 'second', fault)

        expect(run.state, told(run)).toBe(fault.state)
        const stage = strategy === 'rolling' ? (fault.rolling ?? fault.stage) : fault.stage
        expect(run.outcome, told(run)).toMatchObject({
          stage,
          notUndone: fault.left === undefined ? [] : [expect.stringMatching(fault.left)],
          error: { message: expect.stringMatching(fault.says) as string },
        })
        expect(run.outcome?.check?.name ?? '').toMatch(fault.check ?? /^/)
        expect(run.outcome?.running.map((line) => line.split(' ')[0]).toSorted()).toEqual(
          before.services.filter((name) => !name.includes('.r')).map((line) => line.split(' ')[0]),
        )
        expect(run.stages.find((one) => one.name === stage)?.state).toBe('failed')
        expect(await stack.stand(admin)).toEqual(before)
        await noOrphans(admin, stack.directory, plane.pid)
      } finally {
        fault.after?.(stack)
      }
    },
  )

  test('the lock is free: the next run succeeds', { concurrent: false, timeout: 240_000 }, async () => {
    const run = await deploy(stack, 'last')
    expect(run.state, told(run)).toBe('succeeded')
    expect(await stack.stand(admin)).toMatchObject({ web: '200 last hello-last', api: '200 last hello-last' })
  })
})
