import type { Client } from '@wheelhouse/client'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { codeOf, draft, patience, SwarmHouse } from '../testing/swarm-house.ts'

describe('Swarm services', () => {
  let own: SwarmHouse
  let admin: Client
  let developer: Client
  let swarm: string
  beforeAll(async () => {
    own = await SwarmHouse.open()
    admin = own.admin
    developer = own.developer
    swarm = own.swarm
  })
  afterAll(() => own.close())

  describe('services', () => {
    test('are made of a form, shown as one, changed, and brought back', async () => {
      const environment = { API_TOKEN: 'very-secret-7', MODE: 'one' }
      const id = await own.create('shop', { environment, networks: [{ name: 'front' }] })
      expect((await own.followed('shop')).state).toBe('succeeded')
      expect(await admin.services.get({ id })).toMatchObject({ kind: 'swarm-service', name: 'shop', state: 'running' })
      expect(await codeOf(admin.swarmServices.create({ swarm, draft: draft('shop') }))).toBe('CONFLICT')
      const form = await admin.swarmServices.draft({ id })
      expect(form).toMatchObject({ lost: [], draft: { environment: { API_TOKEN: null, MODE: 'one' } } })
      const changed = { ...form.draft, image: 'web:2', environment: { ...form.draft.environment, MODE: 'two' } }
      const plan = await admin.swarmServices.update.plan({ id, draft: changed })
      expect(plan.steps[0]).toMatchObject({
        verb: 'replace',
        reasons: ['image: web:1 → web:2', 'environment.MODE: one → two'],
      })
      await admin.swarmServices.update({ id, draft: changed })
      expect((await own.followed('shop')).result).toMatchObject({ state: 'converged' })
      expect(own.container(id)?.Env).toEqual(['API_TOKEN=very-secret-7', 'MODE=two'])
      expect(await admin.swarmServices.rollout({ id })).toMatchObject({
        state: 'completed',
        desired: 2,
        updated: 2,
        image: 'web:2',
        previousImage: 'web:1',
        deadline: null,
      })
      const back = await admin.swarmServices.rollback.plan({ id })
      expect(back.steps[0]?.reasons).toContain('image: web:2 → web:1')
      expect(await admin.swarmServices.rollback({ id })).toMatchObject({ state: 'rollback-completed', image: 'web:1' })
      expect((await own.followed('shop')).state).toBe('succeeded')
      const told = await own.told()
      expect(JSON.stringify([told, plan, back])).not.toContain('very-secret')
    })

    test('keep their name and kind', async () => {
      const id = await own.create('fixed')
      expect(await codeOf(admin.swarmServices.update({ id, draft: draft('other') }))).toBe('VALIDATION_FAILED')
      const global = draft('fixed', { mode: { kind: 'global' } })
      expect(await codeOf(admin.swarmServices.update({ id, draft: global }))).toBe('VALIDATION_FAILED')
    })

    test('an update that does not get on is undone when our deadline passes', async () => {
      const id = await own.create('slow')
      await own.followed('slow')
      await admin.swarmServices.update({ id, draft: draft('slow', { image: 'stuck:1' }), deadlineMs: 2000 })
      const under = await admin.swarmServices.rollout({ id })
      expect(under).toMatchObject({ state: 'updating', updated: 0, failing: 1 })
      expect(under.deadline).not.toBeNull()
      expect(under.tasks[0]).toMatchObject({
        state: 'pending',
        reason: 'No suitable node: 3 nodes have less left than it reserves.',
      })
      const job = await own.followed('slow')
      expect(job).toMatchObject({ state: 'failed', error: { errorCode: 'TIMED_OUT' } })
      expect(job.error?.message).toContain('slow is as it was before')
      expect(own.container(id)?.Image).toBe('web:1')
      await vi.waitFor(async () => {
        expect(await own.events('rollout.stalled', 'slow')).toHaveLength(1)
        expect(await own.events('rollout.rolled-back', 'slow')).toHaveLength(1)
      }, patience)
    })

    test('one that fails is rolled back by the engine, and the reason is told', async () => {
      const id = await own.create('bad')
      await own.followed('bad')
      await admin.swarmServices.update({ id, draft: draft('bad', { image: 'broken:1' }) })
      expect(await own.followed('bad')).toMatchObject({ state: 'failed', error: { errorCode: 'TARGET_REFUSED' } })
      expect(await admin.swarmServices.rollout({ id })).toMatchObject({
        state: 'rollback-completed',
        reason: 'It ended with exit code 3.',
        image: 'web:1',
      })
    })

    test('held by hand an update has no deadline, and after it went on it can still go back', async () => {
      const id = await own.create('held')
      await own.followed('held')
      await admin.swarmServices.update({ id, draft: draft('held', { image: 'stuck:1' }), deadlineMs: 60_000 })
      const paused = await admin.swarmServices.pause({ id })
      expect(paused).toMatchObject({ state: 'paused', deadline: null })
      expect(paused.message).toContain('held by hand')
      expect((await own.followed('held')).state).toBe('cancelled')
      await admin.swarmServices.resume({ id })
      // The engine remembers the spec that was held as the one before.
      expect(own.native(id).PreviousSpec?.TaskTemplate.ContainerSpec?.Image).toBe('stuck:1')
      await admin.swarmServices.rollback({ id })
      expect(own.container(id)?.Image).toBe('web:1')
    })

    test('are scaled where they fit, and replaced though nothing has changed', async () => {
      const id = await own.create('scaled', {
        reservations: { memoryBytes: 3 * 1024 ** 3 },
        mode: { kind: 'replicated', replicas: 1 },
      })
      const plan = await admin.swarmServices.scale.plan({ id, replicas: 4 })
      expect(plan.warnings[0]).toContain('Only 2 of 3 new tasks would find a node')
      expect(await admin.swarmServices.scale({ id, replicas: 2 })).toMatchObject({ desired: 2, running: 2 })
      expect(await admin.swarmServices.placement({ id })).toMatchObject({ fits: 1 })
      await admin.swarmServices.force({ id })
      expect(own.cluster.asked).toContain('force scaled')
      const global = await own.create('everywhere', { mode: { kind: 'global' } })
      expect(await codeOf(admin.swarmServices.scale({ id: global, replicas: 2 }))).toBe('STATE_CONFLICT')
      await admin.swarmServices.remove({ id })
      expect(await codeOf(admin.services.get({ id }))).toBe('NOT_FOUND')
    })

    test('a preview tells what it means, where it would run and what speaks against it', async () => {
      const wanted = draft('preview', {
        networks: [{ name: 'nowhere' }],
        constraints: ['node.labels.disk == ssd'],
        mounts: [{ type: 'bind', source: '/etc', destination: '/etc' }],
        environment: { KEPT: null },
      })
      const seen = await developer.swarmServices.preview({ swarm, draft: wanted })
      expect(seen.compose).toContain('preview:')
      expect(seen.command).toMatch(/^docker service create/)
      expect(seen.problems.join()).toContain('no network "nowhere"')
      expect(seen.problems.join()).toContain('node.labels.disk is not set, and must be ssd')
      expect(seen.refusals).toEqual(['preview mounts /etc of the host.'])
      expect(seen.placement.fits).toBe(0)
    })
  })
})
