import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import type { Client } from '@wheelhouse/client'
import type { Deployment, Strategy } from '@wheelhouse/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ControlPlane, until, Yard } from '../control-plane.ts'
import { canMount, mountTmpfsAt, type Mounted } from '../small-disk.ts'
import { holdBefore } from './failures.ts'
import { noOrphans } from './orphans.ts'
import { Puppet } from './puppet.ts'
import { type Draft, ended, patienceMs, Stack, type Stand, told } from './stack.ts'

/** What a run is at when the disk of the database, with its journal, fills up. */
interface Moment {
  readonly before: string
  readonly state: Deployment['state']
  change?(draft: Draft, stack: Stack): void
}

const rounds: readonly (readonly Moment[])[] = [
  [
    { before: 'backup', state: 'succeeded' },
    { before: 'config', state: 'succeeded' },
    { before: 'build', state: 'succeeded' },
    { before: 'stop', state: 'succeeded' },
  ],
  [
    { before: 'start', state: 'succeeded' },
    { before: 'switch', state: 'succeeded' },
    { before: 'verify', state: 'rolled-back', change: (_draft, stack) => stack.puppet('verify', 'fail') },
    { before: 'report', state: 'succeeded' },
  ],
]

const yard = new Yard()
const folder = yard.folder()
const strategies: readonly Strategy[] = ['recreate', 'rolling', 'blue-green', 'canary']
const stacks: Stack[] = []
let disk: Mounted
let puppet: Puppet
let plane: ControlPlane
let admin: Client

const start = async (stack: Stack): Promise<string> =>
  (await admin.deployments.start({ directory: stack.directory })).id

/** To the last byte: what the database has set aside to write ahead is taken from it first. */
function fill(): void {
  const database = new DatabaseSync(join(disk.path, 'wheelhouse.db'), { timeout: 20_000 })
  database.exec('pragma wal_checkpoint(truncate)')
  disk.fill()
  database.close()
}

async function hasEnded(stack: Stack, id: string, state: Deployment['state'], before: Stand): Promise<void> {
  const run = await ended(() => admin, id)
  expect(run.state, told(run)).toBe(state)
  expect(run.outcome?.notUndone, told(run)).toEqual([])
  // It cut nothing off, so it is not counted towards those that are given up.
  expect(run.options).not.toHaveProperty('takenUp')
  const answer = `200 ${stack.version} hello-${stack.version}`
  const stand = await stack.stand(admin)
  if (state === 'succeeded') expect(stand).toMatchObject({ web: answer, api: answer })
  else expect(stand).toEqual(before)
}

describe.runIf(canMount)('the disk of the journal is full', () => {
  beforeAll(async () => {
    disk = await mountTmpfsAt(join(folder, 'database'), '16m')
    puppet = await Puppet.open()
    const database = `sqlite:${join(disk.path, 'wheelhouse.db')}`
    ;({ plane, admin } = await yard.admin(join(folder, 'data'), { env: { WHEELHOUSE_DATABASE: database } }))
    for (const strategy of strategies) stacks.push(await Stack.make(folder, `full-${strategy}`, strategy, puppet))
    const ids = await Promise.all(
      stacks.map((stack) => {
        stack.write('first')
        return start(stack)
      }),
    )
    for (const id of ids) {
      const run = await ended(() => admin, id)
      expect(run.state, told(run)).toBe('succeeded')
    }
  }, 240_000)
  afterAll(async () => {
    puppet?.close()
    await yard.endServices()
    await disk?.unmount()
    await yard.sweep()
  })

  /** It tells that it could not go on, and which disk is in the way. */
  const isStuck = (id: string): boolean =>
    plane.stdout
      .split('\n')
      .some(
        (line) =>
          line.includes('could not be brought to an end yet') &&
          line.includes(id) &&
          line.includes(`The disk of ${disk.path}`),
      )

  // One filling hits four runs at once, each in another stage and with another strategy.
  test.each(
    rounds.map((moments, round) => ({ moments, round, names: moments.map(({ before }) => before).join(', ') })),
  )(
    'before $names: they wait, do nothing, and come to their end when there is room',
    { timeout: 360_000 },
    async ({ moments, round }) => {
      const before = await Promise.all(stacks.map((stack) => stack.stand(admin)))
      const ids: string[] = []
      for (const [lane, moment] of moments.entries()) {
        const stack = stacks[(lane + round) % stacks.length]!
        stack.write(`round-${round}`, (draft) => {
          moment.change?.(draft, stack)
          holdBefore(draft, stack, moment.before)
        })
        ids.push(await start(stack))
      }
      const lanes = moments.map((moment, lane) => {
        const index = (lane + round) % stacks.length
        return { moment, stack: stacks[index]!, before: before[index]!, id: ids[lane]! }
      })
      await Promise.all(lanes.map(({ stack }) => stack.hasBegun('hold')))
      const during = await Promise.all(stacks.map((stack) => Promise.all([stack.answer('web'), stack.answer('api')])))
      fill()
      try {
        for (const { stack } of lanes) stack.turn('hold')
        await until(() => (ids.every(isStuck) ? true : null), patienceMs)
        await expect(start(stacks[0]!)).rejects.toMatchObject({ code: 'STORAGE_FULL' })
        for (const id of ids) expect((await admin.deployments.get({ id })).finishedAt).toBeNull()
        // What could not be written down was not done: who served then serves still.
        expect(
          await Promise.all(stacks.map((stack) => Promise.all([stack.answer('web'), stack.answer('api')]))),
        ).toEqual(during)
      } finally {
        disk.free()
      }
      for (const { stack, id, moment, before } of lanes) await hasEnded(stack, id, moment.state, before)
      await noOrphans(admin, folder, plane.pid)
    },
  )
})
