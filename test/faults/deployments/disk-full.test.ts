import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from '@wheelhouse/client'
import type { Deployment } from '@wheelhouse/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ControlPlane, Yard } from '../control-plane.ts'
import { canMount, mountTmpfsAt, type Mounted } from '../small-disk.ts'
import { holdBefore } from './failures.ts'
import { noOrphans } from './orphans.ts'
import { Puppet } from './puppet.ts'
import { type Draft, ended, Stack, told } from './stack.ts'

/** A place of a deployment that has a disk of its own, which is full when a stage comes to use it. */
interface FullPlace {
  readonly title: string
  readonly disk: string
  /** The stage before which the disk fills up. */
  readonly before: string
  /** The one that fails. */
  readonly stage: string
  readonly state: Deployment['state']
  /** What is to be freed. */
  readonly says: RegExp
  change?(draft: Draft): void
}

const name = 'full-disk'
const places: readonly FullPlace[] = [
  {
    title: 'backup: the folder of the backups',
    disk: 'backups',
    before: 'backup',
    stage: 'backup',
    state: 'failed',
    says: /^The disk of .*\/backups\/.* is full.*Free some space or choose another place/,
  },
  {
    title: 'config: the folder of the project',
    disk: 'project',
    before: 'config',
    stage: 'config',
    state: 'rolled-back',
    says: /^The disk of .*\/project\/.*app\.env is full.*Free some space/,
    change: (draft) => (draft.pipeline.skip = ['backup']),
  },
  {
    title: 'config: the folder of the old config files',
    disk: 'data/config-backups',
    before: 'config',
    stage: 'config',
    state: 'rolled-back',
    says: /^The disk of .*\/config-backups\/.* is full.*make room on the disk/,
  },
  {
    title: 'build: the folder in which apps are built',
    disk: 'data/builds',
    before: 'build',
    stage: 'build',
    state: 'rolled-back',
    says: /^The disk of .*\/data\/builds\/.* is full.*make room on the disk/,
  },
  {
    title: 'build: the folder of the artefacts',
    disk: 'data/artefacts',
    before: 'build',
    stage: 'build',
    state: 'rolled-back',
    says: /^The disk of .*\/data\/artefacts.* is full.*wh releases cleanup/,
  },
  {
    title: 'release: the folder from which apps run',
    disk: `data/apps/${name}`,
    before: 'stop',
    stage: 'stop',
    state: 'rolled-back',
    says: /^The disk of .*\/data\/apps\/.* is full.*wh releases cleanup/,
  },
  {
    title: 'start: the folder of the processes',
    disk: 'data/processes',
    before: 'start',
    stage: 'start',
    state: 'rolled-back',
    says: /^The disk of .*\/data\/processes.* is full.*Free some space/,
  },
  {
    title: 'switch: the folder of the routes',
    disk: 'data/switch',
    before: 'switch',
    stage: 'switch',
    state: 'rolled-back',
    says: /^The disk of .*\/data\/switch.* is full.*Free some space/,
  },
]

const yard = new Yard()
const folder = yard.folder()
const disks = new Map<string, Mounted>()
let puppet: Puppet
let plane: ControlPlane
let admin: Client
let stack: Stack

/** All that lies on a disk, but what fills it. */
const contentOf = (disk: Mounted): string[] =>
  readdirSync(disk.path, { recursive: true, encoding: 'utf8' })
    .filter((path) => path !== 'ballast' && !/switches|tools|values\.env|version\.txt|wheelhouse\.yaml/.test(path))
    .toSorted()

describe.runIf(canMount)('a disk is full', () => {
  beforeAll(async () => {
    for (const { disk } of places) disks.set(disk, await mountTmpfsAt(join(folder, disk), '8m'))
    puppet = await Puppet.open()
    ;({ plane, admin } = await yard.admin(`${folder}/data`, { env: { WHEELHOUSE_UNDO_PATIENCE_MS: '2000' } }))
    stack = await Stack.make(`${folder}/project`, name, 'blue-green', puppet)
    await deploy('first')
  }, 240_000)
  afterAll(async () => {
    puppet?.close()
    await yard.endServices()
    for (const disk of [...disks.values()].toReversed()) await disk.unmount()
    await yard.sweep()
  })

  const write = (version: string, change: (draft: Draft) => void = () => undefined): void =>
    stack.write(version, (draft) => {
      draft.backup.to = join(folder, 'backups')
      change(draft)
    })
  const start = async (): Promise<string> => (await admin.deployments.start({ directory: stack.directory })).id
  async function deploy(version: string): Promise<void> {
    write(version)
    const run = await ended(() => admin, await start())
    expect(run.state, told(run)).toBe('succeeded')
    expect(await stack.stand(admin)).toMatchObject({
      web: `200 ${version} hello-${version}`,
      api: `200 ${version} hello-${version}`,
    })
  }

  test.each(places)('$title', { timeout: 240_000 }, async (place) => {
    const disk = disks.get(place.disk)!
    // Another source each time: what was built before would be found, and nothing written.
    const version = `second-${places.indexOf(place)}`
    const before = await stack.stand(admin)
    const kept = contentOf(disk)
    const backups = await complete()
    write(version, (draft) => {
      place.change?.(draft)
      holdBefore(draft, stack, place.before)
    })
    const id = await start()
    await stack.hasBegun('hold')
    disk.fill()
    try {
      stack.turn('hold')
      const run = await ended(() => admin, id)
      expect(run.state, told(run)).toBe(place.state)
      expect(run.outcome, told(run)).toMatchObject({
        stage: place.stage,
        notUndone: [],
        error: { errorCode: 'STORAGE_FULL', message: expect.stringMatching(place.says) as string },
      })
      expect(await stack.stand(admin)).toEqual(before)
      await noOrphans(admin, folder, plane.pid)
      expect(contentOf(disk)).toEqual(kept)
      if (place.stage === 'backup') expect(await complete()).toEqual(backups)
    } finally {
      disk.free()
    }
  })

  test('once there is room again, the next run succeeds', { timeout: 240_000 }, () => deploy('after'))

  test('undo: a route that cannot be put back keeps the instance it leads to', { timeout: 240_000 }, async () => {
    const disk = disks.get('data/switch')!
    write('second', (draft) => {
      draft.verify = [{ command: ['false'], interval: '500ms', retries: 1 }]
      draft.pipeline.timeouts.verify = '1s'
      holdBefore(draft, stack, 'verify')
    })
    const id = await start()
    await stack.hasBegun('hold')
    disk.fill()
    try {
      stack.turn('hold')
      const run = await ended(() => admin, id)
      expect(run.state, told(run)).toBe('failed')
      expect(run.outcome?.summary).toMatch(/not all of it could be undone: a person has to look/)
      expect(run.outcome?.notUndone).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^route .* could not be undone: The disk of .* is full/),
          expect.stringMatching(/^start .* could not be undone: requests are still led to the new instances/),
        ]),
      )
      // Wrong, and up: without it there would be nobody to answer.
      expect(await stack.answer('web')).toMatch(/^200 /)
      expect(await stack.answer('api')).toMatch(/^200 /)
    } finally {
      disk.free()
    }
    await deploy('mended')
    await noOrphans(admin, folder, plane.pid)
  })

  const complete = async (): Promise<string[]> =>
    (await admin.backups.list({ limit: 500 })).items.filter(({ state }) => state === 'complete').map(({ id }) => id)
})
