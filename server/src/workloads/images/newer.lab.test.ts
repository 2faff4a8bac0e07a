import type { Live } from '@wheelhouse/client'
import type { Event } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { never } from '../../../../test/docker/engine-bench.ts'
import { suite, where } from '../../../../test/needs.ts'
import { ImageHouse } from './testing/image-house.ts'

suite('newer images', ['docker', 'registry'], () => {
  let lab: ImageHouse
  let live: Live
  const heard: Event[] = []
  const lists: string[] = []
  beforeAll(async () => {
    lab = await ImageHouse.open()
    live = lab.house.live(lab.admin)
    live.subscribe(
      'system',
      {},
      {
        onEvents: (frames) => {
          for (const frame of frames) {
            if (frame.kind === 'event') heard.push(frame.event)
            if (frame.kind === 'resources') lists.push(`${frame.targetId} ${frame.of}`)
          }
        },
      },
    )
  }, 120_000)
  afterAll(async () => {
    live.close()
    await lab.close()
  })
  const quiet = (): void => undefined
  const push = (name: string) => lab.images.push(name, null, quiet, never)
  const check = async () => lab.ended(await lab.admin.images.checkNewer({ target: 'docker' }))

  test('a name that holds another image in its registry is told, until it is pulled', async () => {
    const name = lab.name('app', `${where('registry')}/test/`, '1')
    const old = await lab.build(name)
    await push(name)
    await lab.row(name, ({ digests }) => digests.length > 0)
    const user = await lab.run(name)
    expect((await lab.row(name)).newer).toBeNull()
    expect(await check()).toMatchObject({ state: 'succeeded', result: { newer: 0 } })
    expect((await lab.row(name)).newer).toMatchObject({ state: 'current', reason: null })

    // Somebody else pushes another image under the same name.
    const other = lab.name('elsewhere')
    const next = await lab.build(other)
    await lab.images.tag(next.imageId, name)
    const digest = await push(name)
    await lab.images.tag(old.imageId, name)
    await lab.row(name, ({ imageId }) => imageId === old.imageId)
    expect(await check()).toMatchObject({ result: { newer: 1 } })
    expect((await lab.row(name)).newer).toMatchObject({ state: 'newer', digest })
    const event = await lab.until('the event', async () => heard.find(({ type }) => type === 'image.newer'))
    expect(event.message).toBe(`The registry has a newer ${name} than docker. ${user} uses the old one.`)
    await check()
    expect(heard.filter(({ type }) => type === 'image.newer')).toHaveLength(1)

    // Pulled, the name goes over; the service still runs the old image, and that is told without asking anybody.
    await lab.images.remove(other, { force: true })
    expect(await lab.ended(await lab.admin.images.pull({ target: 'docker', image: name }))).toMatchObject({
      state: 'succeeded',
    })
    const row = await lab.row(old.imageId, ({ tags }) => tags.length === 0)
    expect(row.newer).toMatchObject({ state: 'newer', digest: next.imageId })
    expect(row.newer?.reason).toContain(`Make ${user} anew`)
    expect(lists).toContain('docker image')
  })

  test('what was made here, and a registry that is gone, are unknown with a reason', async () => {
    const [made, lost] = [lab.name('made'), lab.name('lost', '127.0.0.1:1/')]
    await lab.build(made)
    await lab.images.tag(made, lost)
    await lab.row(lost)
    await check()
    const row = await lab.row(made, ({ newer }) => newer !== null)
    expect(row.newer).toMatchObject({ state: 'unknown', digest: null })
    expect(row.newer?.reason).toContain('made here')
  })
})
