import type { Release } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { suite } from '../../../../test/needs.ts'
import type { ReleaseContent } from '../releases/index.ts'
import { ImageHouse } from './testing/image-house.ts'

const layer = 1_048_576

suite('pruning images', ['docker'], () => {
  let lab: ImageHouse
  beforeAll(async () => {
    lab = await ImageHouse.open()
  }, 120_000)
  afterAll(() => lab.close())
  const target = 'docker'
  const planned = async (all = true) => lab.admin.images.prune.plan({ target, all })
  const names = (steps: readonly { name: string }[]): string[] => steps.map(({ name }) => name)

  /** Keeps a release of a stack that runs on the engine with this image, as a deployment writes it down. */
  async function keep(id: string, image: string, number: number, pinned: boolean): Promise<void> {
    const release: Release = {
      id,
      number,
      stack: 'shop',
      environment: 'production',
      state: 'good',
      pinned,
      artefacts: [],
      services: [{ name: 'web', image, digest: 'd' }],
      config: null,
      secrets: [],
      template: null,
      source: { directory: null, revision: null, dirty: false, message: null },
      migrated: false,
      backupId: null,
      sizeBytes: 0,
      promotedFrom: null,
      deploymentId: null,
      createdAt: new Date().toISOString(),
      createdBy: 'mara',
    }
    const content = {
      placements: [{ targetId: 'docker', part: 'containers', rendered: { workloads: [] } }],
      folders: {},
    } as unknown as ReleaseContent
    await lab.house.house.domains.delivery.releases.store.add(release, content)
  }

  test('only what nothing uses, keeps or needs goes, and the plan says what that frees', async () => {
    const [used, stopped, kept, pinned, free, other] = ['used', 'stopped', 'kept', 'pinned', 'free', 'other'].map(
      (word) => lab.name(word),
    ) as [string, string, string, string, string, string]
    for (const name of [used, stopped, kept, pinned, free, other]) await lab.build(name, layer)
    await lab.run(stopped)
    await lab.stop(0)
    await lab.run(used)
    await keep('kept', kept, 3, false)
    await keep('pinned', pinned, 4, true)
    // The next build takes the name away from this one.
    const { imageId: nameless } = await lab.build(lab.name('again'), layer)
    const again = lab.name('again')
    await lab.admin.images.tag({ target, image: nameless, tag: again })
    await lab.build(again, layer)
    const [first] = (await lab.row(nameless)).tags
    await lab.images.remove(first ?? '', { force: true }).catch(() => undefined)

    // Rows read the releases every few seconds; acts each time.
    expect((await lab.row(kept, (row) => row.kept !== null)).kept).toBe('release r3 of shop (production)')
    expect((await lab.row(pinned)).kept).toBe('pinned release r4 of shop (production)')
    await expect(lab.admin.images.remove({ target, image: kept, force: true })).rejects.toMatchObject({
      code: 'STATE_CONFLICT',
    })

    const plan = await planned()
    expect(names(plan.steps).toSorted()).toEqual([again, free, other].toSorted())
    expect(plan.kept.some((line) => line.startsWith(`${used}: used by`))).toBe(true)
    expect(plan.kept.some((line) => line.startsWith(`${stopped}: used by`))).toBe(true)
    expect(plan.kept).toContain(`${kept}: release r3 of shop (production)`)
    // Three layers of a megabyte; what lies below them is in images that stay.
    const told = Number(/frees ([\d.]+) MB/.exec(plan.summary)?.[1])
    expect(told).toBeGreaterThanOrEqual(3)
    expect(told).toBeLessThan(3.2)

    await lab.run(other)
    const agreed = { target, all: true, digest: plan.digest }
    await expect(lab.admin.images.prune(agreed)).rejects.toMatchObject({ code: 'PLAN_CHANGED' })
    const done = await lab.admin.images.prune({ ...agreed, digest: (await planned()).digest })
    expect(done.removed.toSorted()).toEqual([again, free].toSorted())
    expect(done.freedBytes).toBeGreaterThanOrEqual(2 * layer)
    expect(done.freedBytes).toBeLessThan(2.2 * layer)
    const left = (await lab.images.list()).flatMap(({ tags }) => tags)
    for (const name of [used, stopped, kept, pinned, other]) expect(left).toContain(name)
    for (const name of [free, again]) expect(left).not.toContain(name)
  })

  test('without all only nameless ones go, and young ones can be spared', async () => {
    const name = lab.name('twice')
    const { imageId } = await lab.build(name, layer)
    await lab.build(name, layer)
    const row = await lab.row(imageId, ({ tags }) => tags.length === 0)
    expect((await lab.admin.images.list({ target, use: 'dangling' })).items.map(({ id }) => id)).toEqual([row.id])
    const plan = await planned(false)
    expect(plan.steps).toMatchObject([
      { name: imageId.slice(7, 19), reasons: expect.arrayContaining(['it has no name']) as string[] },
    ])
    expect((await lab.admin.images.prune.plan({ target, olderThanMs: 3_600_000 })).steps).toEqual([])
    expect((await lab.admin.images.prune({ target })).removed).toEqual([imageId.slice(7, 19)])
    expect((await planned(false)).summary).toContain('Nothing can go')
  })
})
