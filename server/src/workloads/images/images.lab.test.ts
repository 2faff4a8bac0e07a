import { buffer } from 'node:stream/consumers'
import type { Problem } from '@wheelhouse/client'
import type { PolicyRules } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { smallTar } from '../../../../test/docker/small-image.ts'
import { suite, where } from '../../../../test/needs.ts'
import { ImageHouse } from './testing/image-house.ts'

const caught = (error: unknown): Problem => error as Problem

suite('images', ['docker', 'n3', 'registryLogin'], () => {
  let lab: ImageHouse
  const login = new URL(where('registryLogin'))
  beforeAll(async () => {
    lab = await ImageHouse.open()
    await lab.admin.targets.register({ name: 'other', address: where('n3') })
  }, 120_000)
  afterAll(() => lab.close())

  test('a list says who uses what, and a page what an image is made of', async () => {
    const [used, unused] = [lab.name('used'), lab.name('unused')]
    const image = await lab.build(used)
    await lab.build(unused)
    const user = await lab.run(used)
    const row = await lab.row(used, ({ usedBy }) => usedBy.length > 0)
    expect(row).toMatchObject({ id: `docker:${image.imageId.slice(7, 19)}`, kept: null, stale: false, newer: null })
    expect(row.usedBy).toMatchObject([{ name: user, running: true }])
    const names = async (use: 'used' | 'unused') =>
      (await lab.admin.images.list({ use, q: lab.mark.slice(0, 9), sort: 'size' })).items.flatMap(({ tags }) => tags)
    expect(await names('used')).toEqual([used])
    expect(await names('unused')).toContain(unused)

    for (const asked of [used, used.replace(':latest', ''), image.imageId, image.id, image.imageId.slice(7, 17)]) {
      const detail = await lab.admin.images.get({ target: 'docker', image: asked })
      expect(detail.id).toBe(image.id)
      expect(detail.platform).toBe('linux/amd64')
      expect(detail.ports).toEqual(['8080/tcp'])
      expect(detail.environment).toContainEqual({ name: 'COLOUR', value: 'blue', masked: false })
      expect(detail.layers[0]?.command).toContain('EXPOSE')
    }
    await expect(lab.admin.images.get({ target: 'docker', image: '../containers' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    await expect(lab.admin.images.get({ target: 'local', image: used })).rejects.toMatchObject({
      code: 'CAPABILITY_MISSING',
    })
  })

  test('pushes and pulls with the sign-in of its registry, a step for each layer', async () => {
    const name = lab.name('pushed', `${login.host}/test/`, '1')
    await lab.build(name, 2_000_000)
    const push = async () => lab.ended(await lab.admin.images.push({ target: 'docker', image: name }))
    const refused = await push()
    expect(refused).toMatchObject({ state: 'failed', error: { errorCode: 'TARGET_REFUSED' } })
    expect(refused.error?.message).toContain('Add its registry')

    const { host: address, username, password } = login
    const registry = { name: lab.mark, address, username, insecure: true }
    const wrong = await lab.admin.registries.add({ ...registry, password: 'a-wrong-password' }).catch(caught)
    expect(wrong).toMatchObject({ code: 'TARGET_REFUSED' })
    const added = await lab.admin.registries.add({ ...registry, password })
    expect(added).toMatchObject({ state: 'ok', hasPassword: true, username })

    const pushed = await push()
    expect(pushed).toMatchObject({ state: 'succeeded', progress: 1, targetId: 'docker' })
    expect(pushed.steps.length).toBeGreaterThan(1)
    expect(pushed.steps.every(({ name: layer, state }) => /^[0-9a-f]{12}$/.test(layer) && state === 'done')).toBe(true)
    const digest = pushed.result?.digest
    await lab.row(name, ({ digests }) => digests.some((one) => one.endsWith(String(digest))))

    await lab.admin.images.remove({ target: 'docker', image: name })
    const pulled = await lab.ended(await lab.admin.images.pull({ target: 'docker', image: name }))
    expect(pulled).toMatchObject({ state: 'succeeded', result: { reference: name } })
    expect(pulled.steps.some(({ message }) => message.startsWith('is here'))).toBe(true)
    await lab.row(name)
    const event = await lab.until('the event', async () => {
      const { items } = await lab.admin.timeline.list({ limit: 50 })
      return items.find(({ type, message }) => type === 'image.pulled' && message.includes(name))
    })
    expect(event).toMatchObject({ actor: 'admin', targetId: 'docker' })

    const tags = await lab.admin.registries.tags({ id: added.id, repository: name.slice(login.host.length + 1, -2) })
    expect(tags.items).toMatchObject([{ tag: '1', digest, platforms: ['linux/amd64'] }])
    expect((await lab.admin.registries.repositories({ id: added.id, q: lab.mark.slice(0, 9) })).items).toHaveLength(1)
    const gone = { id: added.id, repository: name.slice(login.host.length + 1, -2), tag: '1' }
    expect((await lab.admin.registries.removeTag.plan(gone)).steps).toMatchObject([{ kind: 'tag', reasons: [digest] }])
    await lab.admin.registries.removeTag(gone)
    await expect(lab.admin.registries.removeTag(gone)).rejects.toMatchObject({ code: 'NOT_FOUND' })

    const told = JSON.stringify([
      await lab.admin.registries.list(),
      await lab.admin.audit.list({ limit: 200 }),
      await lab.admin.jobs.list({ limit: 50 }),
      await lab.admin.timeline.list({ limit: 200 }),
    ])
    for (const secret of [password, 'a-wrong-password']) expect(told).not.toContain(secret)
    await lab.admin.registries.remove({ id: added.id })
  })

  test('what is not there is a failed job that says what to do', async () => {
    const job = await lab.admin.images.pull({ target: 'docker', image: `${where('registry')}/none:1` })
    expect(job).toMatchObject({ kind: 'images.pull', state: 'queued' })
    expect(await lab.ended(job)).toMatchObject({ state: 'failed', error: { errorCode: 'TARGET_REFUSED' } })
  })

  test('names come and go, and what is used stays', async () => {
    const [name, second] = [lab.name('named'), lab.name('second', '', '2')]
    const { imageId } = await lab.build(name)
    const tagged = await lab.admin.images.tag({ target: 'docker', image: name, tag: second })
    expect(tagged.tags.toSorted()).toEqual([name, second].toSorted())
    await lab.run(name)
    const one = { target: 'docker', image: second }
    expect((await lab.admin.images.remove.plan(one)).steps).toMatchObject([{ kind: 'tag', name: second }])
    expect(await lab.admin.images.remove(one)).toEqual({ untagged: [second], removed: [], freedBytes: 0 })
    for (const force of [false, true])
      await expect(lab.admin.images.remove({ target: 'docker', image: imageId, force })).rejects.toMatchObject({
        code: 'STATE_CONFLICT',
      })
    await expect(lab.admin.images.tag({ target: 'docker', image: name, tag: 'a@sha256:b' })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
    })
  })

  test('saves, loads and copies to another engine', async () => {
    const name = lab.name('saved')
    const { imageId, sizeBytes } = await lab.build(name, 3_000_000)
    const tar = await buffer(await lab.admin.images.save({ target: 'docker', images: name }))
    expect(tar.length).toBeGreaterThan(3_000_000)
    await lab.admin.images.remove({ target: 'docker', image: name })
    const body = new Blob([tar])
    expect(await lab.admin.images.load({ target: 'docker' }, body)).toEqual({ loaded: [name] })
    expect((await lab.row(name)).imageId).toBe(imageId)
    const rubbish = await lab.admin.images.load({ target: 'docker' }, new Blob(['no tar'])).catch(caught)
    expect(rubbish).toMatchObject({ code: 'TARGET_REFUSED' })

    const copied = await lab.ended(await lab.admin.images.copy({ target: 'docker', image: name, to: 'other' }))
    expect(copied).toMatchObject({ state: 'succeeded', result: { loaded: [name] } })
    expect(Number(copied.result?.bytes)).toBeGreaterThan(3_000_000)
    const there = await lab.admin.images.get({ target: 'other', image: name })
    expect(there).toMatchObject({ imageId, targetName: 'other' })
    expect(Math.abs(there.sizeBytes - sizeBytes)).toBeLessThan(100_000)
    await lab.admin.images.remove({ target: 'other', image: name })
  })

  test('builds from a context, a step for each instruction with what it printed', async () => {
    const name = lab.name('built', '', '1')
    const dockerfile = `FROM lab/busybox:1\nARG COLOUR\nLABEL made.by=${lab.mark}\nRUN echo "in $COLOUR" && echo more\n`
    const context = async (text: string) => new Blob([await buffer(smallTar({ 'sub/Build': text }))])
    const wish = { target: 'docker', tag: name, dockerfile: 'sub/Build', args: 'COLOUR=deep=blue\n' }
    const built = await lab.ended(await lab.admin.images.build(wish, await context(dockerfile)))
    expect(built).toMatchObject({ state: 'succeeded', progress: 1 })
    expect(built.steps.map(({ name: step }) => step.slice(0, 7))).toEqual([
      'Context',
      '1/4 FRO',
      '2/4 ARG',
      '3/4 LAB',
      '4/4 RUN',
    ])
    expect(built.steps.at(-1)?.message).toContain('in deep=blue\nmore')
    expect((await lab.row(name)).imageId).toBe(built.result?.imageId)

    const failed = await lab.ended(
      await lab.admin.images.build(wish, await context('FROM lab/busybox:1\nRUN exit 7\n')),
    )
    expect(failed).toMatchObject({ state: 'failed', error: { errorCode: 'TARGET_REFUSED' } })
    expect(failed.steps.at(-1)).toMatchObject({ name: '2/2 RUN exit 7', state: 'failed' })
    await expect(
      lab.admin.images.build({ ...wish, args: 'no value' }, await context(dockerfile)),
    ).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
  })

  test('where only named images may run, no other comes to such a name', async () => {
    const [own, copied] = [lab.name('own'), lab.name('copied')]
    await lab.build(own)
    const rules: PolicyRules = (await lab.admin.policies.list()).items[0]!.rules
    const { admin } = lab
    const password = 'violet kettle 7 harbour'
    await admin.users.create({ username: 'builder', password, role: 'developer' })
    const { client } = await lab.house.signIn('builder', password)
    await admin.policies.set({ rules: { ...rules, images: ['registry.example.com/*'] } })
    const target = 'docker'
    const acts = [
      () => client.images.pull({ target, image: 'nginx' }),
      () => client.images.tag({ target, image: own, tag: 'registry.example.com/web:1' }),
      () => client.images.load({ target }, new Blob(['x'])),
      () => client.images.build({ target, tag: 'registry.example.com/web:1' }, new Blob(['x'])),
      () => client.images.copy({ target, image: own, to: 'other' }),
    ]
    for (const act of acts) await expect(act()).rejects.toMatchObject({ code: 'POLICY_REFUSED' })
    await admin.policies.set({ rules: { ...rules, images: [own] } })
    expect((await client.images.tag({ target, image: own, tag: copied })).tags).toContain(copied)
    await admin.policies.set({ rules })
  })

  test('who may look may not change, and sees only where he may', async () => {
    const name = lab.name('guarded')
    await lab.build(name)
    const password = 'violet kettle 7 harbour'
    const person = async (
      username: string,
      reach: 'all' | 'granted',
      grants: { on: 'target'; id: string; role: 'viewer' }[],
    ) => {
      await lab.admin.users.create({ username, password, role: 'viewer', reach, grants })
      return (await lab.house.signIn(username, password)).client
    }
    const viewer = await person('looker', 'all', [])
    const elsewhere = await person('elsewhere', 'granted', [{ on: 'target', id: 'local', role: 'viewer' }])
    expect((await viewer.images.list()).items.some(({ tags }) => tags.includes(name))).toBe(true)
    expect((await elsewhere.images.list()).items).toEqual([])
    const acts = [
      (who: typeof viewer) => who.images.pull({ target: 'docker', image: name }),
      (who: typeof viewer) => who.images.push({ target: 'docker', image: name }),
      (who: typeof viewer) => who.images.tag({ target: 'docker', image: name, tag: 'x:1' }),
      (who: typeof viewer) => who.images.remove({ target: 'docker', image: name }),
      (who: typeof viewer) => who.images.remove.plan({ target: 'docker', image: name }),
      (who: typeof viewer) => who.images.prune({ target: 'docker' }),
      (who: typeof viewer) => who.images.copy({ target: 'docker', image: name, to: 'other' }),
      (who: typeof viewer) => who.images.save({ target: 'docker', images: name }),
      (who: typeof viewer) => who.images.load({ target: 'docker' }, new Blob(['x'])),
      (who: typeof viewer) => who.images.build({ target: 'docker', tag: 'x:1' }, new Blob(['x'])),
    ]
    for (const act of acts) {
      await expect(act(viewer)).rejects.toMatchObject({ code: 'FORBIDDEN' })
      await expect(act(elsewhere)).rejects.toMatchObject({
        code: expect.stringMatching(/^(NOT_FOUND|FORBIDDEN)$/) as string,
      })
    }
    await expect(elsewhere.images.get({ target: 'docker', image: name })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(viewer.registries.add({ name: 'x', address: 'x.test' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect((await viewer.registries.list()).items.every((one) => !JSON.stringify(one).includes(login.password))).toBe(
      true,
    )
    await expect(elsewhere.registries.list()).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await lab.row(name)
  })
})
