import { randomBytes } from 'node:crypto'
import type { Deployment } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import { openSecrets } from '@wheelhouse/platform/secrets'
import { beforeEach, describe, expect, test } from 'vitest'
import { sql } from 'kysely'
import type { DeployRequest } from '../request.ts'
import { type DeploymentCursor, openDeploymentStore } from '../store.ts'

const request: DeployRequest = {
  kind: 'deploy',
  project: null,
  flags: {},
  apps: [],
  releaseId: null,
  restoreBackupId: null,
  allowances: {},
  by: 'ada',
  userId: 'u1',
}
const waiting = (id: string, more: Partial<Deployment> = {}): Omit<Deployment, 'number'> => ({
  id,
  stack: 'shop',
  environment: 'production',
  kind: 'deploy',
  state: 'queued',
  strategy: 'recreate',
  targets: [],
  apps: [],
  options: {},
  stages: [],
  stage: null,
  queue: { position: 1, reason: '' },
  approval: null,
  release: null,
  previous: null,
  backupId: null,
  migrated: false,
  switchGapMs: null,
  outcome: null,
  trigger: { kind: 'person', name: 'ada' },
  requestedBy: 'ada',
  createdAt: new Date().toISOString(),
  startedAt: null,
  finishedAt: null,
  ...more,
})
const fromQueue = { state: 'queued', owner: null } as const

/** What keeps two instances, and two callers, from undoing each other's words about a run. */
export function deploymentStoreSuite(name: string, database: () => Database): void {
  describe(`deployments on ${name}`, () => {
    const secrets = openSecrets({ key: randomBytes(32).toString('base64') })
    const open = () => openDeploymentStore(database(), secrets)
    beforeEach(async () => {
      await sql`delete from deployments`.execute(database().db)
    })

    test('runs that are added at once get numbers of their own', async () => {
      const store = open()
      const added = await Promise.all(Array.from({ length: 8 }, (_, at) => store.add(waiting(`n${at}`), request)))
      expect(added.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    })

    test('of one stack and environment one run is taken, however many ask at once', async () => {
      const store = open()
      const runs = [
        await store.add(waiting('a'), request),
        await store.add(waiting('b'), request),
        await store.add(waiting('other', { environment: 'staging' }), request),
      ]
      const taken = await Promise.all(
        runs.flatMap((run) =>
          ['one', 'two'].map((owner) => store.claim({ ...run, state: 'running' }, owner, fromQueue)),
        ),
      )
      expect(taken.filter(Boolean)).toHaveLength(2)
      expect((await store.active()).map(({ deployment }) => [deployment.environment, deployment.state])).toEqual(
        expect.arrayContaining([
          ['production', 'running'],
          ['staging', 'running'],
        ]),
      )
      expect(await store.queued()).toHaveLength(1)
    })

    test('a run that another has taken over is no longer written by the first', async () => {
      const store = open()
      const run: Deployment = { ...(await store.add(waiting('a'), request)), state: 'running' }
      expect(await store.claim(run, 'one', fromQueue)).toBe(true)
      expect(await store.claim(run, 'two', { state: 'running', owner: 'one' })).toBe(true)
      expect(await store.save({ ...run, stage: 'build' }, 'one')).toBe(false)
      expect(await store.save({ ...run, stage: 'gates' }, 'two')).toBe(true)
      expect((await store.get('a'))?.stage).toBe('gates')
      expect([...(await store.beat(['a'], 'one'))]).toEqual([])
      expect([...(await store.beat(['a'], 'two'))]).toEqual(['a'])
    })

    test('a place in the queue does not bring back what was taken or cancelled', async () => {
      const store = open()
      const run = await store.add(waiting('a'), request)
      expect(await store.saveQueued({ ...run, state: 'cancelled' })).toBe(true)
      expect(await store.saveQueued({ ...run, queue: { position: 2, reason: 'late' } })).toBe(false)
      expect((await store.get('a'))?.state).toBe('cancelled')
      expect(await store.claim({ ...run, state: 'running' }, 'one', fromQueue)).toBe(false)
    })

    test('of two answers to an approval one counts, and none once the run has gone on', async () => {
      const store = open()
      const run = await store.add(waiting('a'), request)
      const approval = {
        stage: 'switch',
        role: 'admin',
        requestedAt: '',
        decidedAt: null,
        decidedBy: null,
        approved: null,
        reason: null,
      }
      const asks: Deployment = { ...run, state: 'waiting', approval }
      await store.claim({ ...run, state: 'running' }, 'one', fromQueue)
      await store.save(asks, 'one')
      const answer = (approved: boolean) =>
        store.saveWaiting('a', (now) =>
          now.approval?.approved === null ? { ...now, approval: { ...now.approval, approved } } : null,
        )
      const answers = await Promise.all([answer(true), answer(false), answer(true)])
      expect(answers.filter((one) => one !== null)).toHaveLength(1)
      await store.save({ ...asks, state: 'rolling-back' }, 'one')
      expect(await answer(true)).toBeNull()
      expect((await store.get('a'))?.state).toBe('rolling-back')
    })

    test('what was given up can be taken at once', async () => {
      const store = open()
      const run: Deployment = { ...(await store.add(waiting('a'), request)), state: 'running' }
      await store.claim(run, 'one', fromQueue)
      await store.release('a', 'one')
      expect((await store.active())[0]).toMatchObject({ owner: null, heartbeatAt: null })
      expect(await store.claim(run, 'two', { state: 'running', owner: null })).toBe(true)
    })

    test('pages come newest first, of what the caller may see, with how many there are', async () => {
      const store = open()
      const east = { id: 'east', name: 'east' }
      const west = { id: 'west', name: 'west' }
      for (let at = 0; at < 7; at++)
        await store.add(
          waiting(`n${at}`, {
            stack: at % 2 === 0 ? 'shop' : 'blog_1',
            targets: at < 3 ? [east, west] : at < 5 ? [west] : [],
            requestedBy: at === 6 ? 'Grace' : 'ada',
            createdAt: new Date(1_700_000_000_000 + Math.floor(at / 2)).toISOString(),
          }),
          request,
        )
      const all = { targetIds: null, after: null, limit: 100 }
      const ids = async (more: object): Promise<[string[], number]> => {
        const { items, total } = await store.list({ ...all, ...more })
        return [items.map(({ id }) => id), total]
      }
      expect((await ids({}))[0].toSorted()).toEqual(['n0', 'n1', 'n2', 'n3', 'n4', 'n5', 'n6'])
      expect(await ids({ targetIds: ['east'] })).toEqual([['n2', 'n1', 'n0'], 3])
      expect(await ids({ targetIds: [] })).toEqual([[], 0])
      expect(await ids({ targetIds: ['west'], stack: 'blog_1' })).toEqual([['n3', 'n1'], 2])
      expect(await ids({ q: 'grace' })).toEqual([['n6'], 1])
      expect(await ids({ q: 'G_1' })).toEqual([['n5', 'n3', 'n1'], 3])
      expect(await ids({ q: '%' })).toEqual([[], 0])
      const seen: string[] = []
      for (let after: DeploymentCursor | null = null; ;) {
        const page = await store.list({ ...all, after, limit: 3 })
        expect(page.total).toBe(7)
        seen.push(...page.items.map(({ id }) => id))
        after = page.next
        if (after === null) break
      }
      expect(seen).toEqual((await ids({}))[0])
    })

    test('that a run is to be cancelled is kept, until it is being undone', async () => {
      const store = open()
      const run: Deployment = { ...(await store.add(waiting('a'), request)), state: 'running' }
      await store.claim(run, 'one', fromQueue)
      expect(await store.cancelAsked(['a'])).toEqual(new Map())
      expect(await store.askCancel('a', 'ada')).toBe(true)
      await store.save({ ...run, stage: 'build' }, 'one')
      await store.release('a', 'one')
      expect(await open().cancelAsked(['a', 'b'])).toEqual(new Map([['a', 'ada']]))
      await store.claim({ ...run, state: 'rolling-back' }, 'two', { state: 'running', owner: null })
      expect(await store.askCancel('a', 'grace')).toBe(false)
      expect(await store.cancelAsked(['a'])).toEqual(new Map([['a', 'ada']]))
    })

    test('the journal keeps its arguments sealed', async () => {
      const store = open()
      await store.add(waiting('a'), request)
      const args = { argv: ['curl', '-H', 'Authorization: hunter22'] }
      const step = { seq: 1, id: 'command x', stage: 'x', kind: 'command.run', args, state: 'begun' } as const
      await store.journal.begin('a', { ...step, result: null, error: null, begunAt: 1, endedAt: null })
      const rows = await sql<{ args: string }>`select args from ${sql.table('deploymentSteps')}`.execute(database().db)
      expect(rows.rows[0]?.args).not.toContain('hunter22')
      expect((await store.journal.steps('a'))[0]).toMatchObject({ args, begunAt: 1 })
    })
  })
}
