import type { Client } from '@wheelhouse/client'
import type { Job } from '@wheelhouse/contract'
import { afterAll, expect, test } from 'vitest'
import { startedAt } from '../lab/daemon.ts'
import { applied, sleepers, Yard } from './control-plane.ts'

const yard = new Yard()
afterAll(() => yard.sweep())

interface Acknowledged {
  readonly users: Map<string, string>
  readonly tokens: Set<string>
  readonly targets: Set<string>
  readonly stacks: Map<string, string>
  readonly jobs: Set<string>
}

/** Writes until the control plane is gone; keeps what was acknowledged, and nothing else. */
async function writeUntilGone(admin: Client, round: number, sure: Acknowledged): Promise<void> {
  const lane = async (act: (n: number) => Promise<unknown>): Promise<void> => {
    for (let n = 0; ; n++) {
      try {
        await act(n)
      } catch (error) {
        if ((error as { code?: string }).code === 'NO_CONNECTION') return
        throw error
      }
    }
  }
  await Promise.all([
    lane(async (n) => {
      const username = `user-${round}-${n}`
      await admin.users.create({ username, password: 'violet kettle 7 harbour', role: 'viewer' })
      sure.users.set(username, username)
      await admin.users.update({ id: username, displayName: `Name ${n}` })
      sure.users.set(username, `Name ${n}`)
    }),
    lane(async (n) => {
      const { token } = await admin.tokens.create({ name: `token-${round}-${n}` })
      sure.tokens.add(token.id)
    }),
    lane(async (n) => {
      const { id } = await admin.targets.register({ name: `target-${round}-${n}`, address: 'tcp://127.0.0.1:1' })
      sure.targets.add(id)
    }),
    lane(async (n) => {
      const source = sleepers(`stack-${round}`, [`r${round}-a`, `r${round}-b`]).replace('3600', String(3600 + n))
      const job = await admin.stacks.apply({ source })
      sure.jobs.add(job.id)
      sure.stacks.set(`local:stack-${round}`, source)
      await new Promise((resolve) => setTimeout(resolve, 400))
    }),
  ])
}

async function everyPage<T>(
  page: (cursor?: string) => Promise<{ items: T[]; nextCursor: string | null }>,
): Promise<T[]> {
  const all: T[] = []
  for (let cursor: string | undefined; ;) {
    const { items, nextCursor } = await page(cursor)
    all.push(...items)
    if (nextCursor === null) return all
    cursor = nextCursor
  }
}

test('kill -9 at random moments loses no acknowledged write and stops no service', async () => {
  const data = yard.folder()
  const sure: Acknowledged = {
    users: new Map(),
    tokens: new Set(),
    targets: new Set(),
    stacks: new Map(),
    jobs: new Set(),
  }
  let { plane, admin } = await yard.admin(data)
  await applied(admin, sleepers('calm', ['calm-a', 'calm-b', 'calm-c']))
  const calm = (await admin.services.list({ stack: 'calm' })).items.map(({ id, pid }) => ({
    id,
    pid,
    started: startedAt(pid ?? 0),
  }))
  expect(calm).toHaveLength(3)

  for (let round = 0; round < 3; round++) {
    const doomed = plane
    setTimeout(() => doomed.child.kill('SIGKILL'), 150 + Math.random() * 1_200)
    await writeUntilGone(admin, round, sure)
    await plane.ended
    for (const { pid, started } of calm) expect(startedAt(pid ?? 0)).toBe(started)

    // At once: the lock of the folder is not stale, and nothing has to be mended by hand.
    ;({ plane, admin } = await yard.admin(data))
    const users = await everyPage((cursor) => admin.users.list({ limit: 1000, ...(cursor ? { cursor } : {}) }))
    const names = new Map(users.map((user) => [user.username, user.displayName]))
    for (const [username, displayName] of sure.users) {
      expect(names.has(username), username).toBe(true)
      // The change after the last acknowledged one may or may not have been kept.
      if (displayName !== username) expect(names.get(username)).toBe(displayName)
    }
    const tokens = new Set((await admin.tokens.list()).items.map((token) => token.id))
    for (const id of sure.tokens) expect(tokens.has(id), `token ${id}`).toBe(true)
    const targets = new Set((await admin.targets.list({ limit: 1000 })).items.map((target) => target.id))
    for (const id of sure.targets) expect(targets.has(id), `target ${id}`).toBe(true)
    for (const id of sure.stacks.keys()) expect(await admin.stacks.get({ id })).toMatchObject({ managed: true })

    // No job is running for ever: those that were are failed, those that waited run now.
    await expect
      .poll(() => Promise.all([...sure.jobs].map((id) => admin.jobs.get({ id }))), { timeout: 60_000 })
      .toSatisfy((jobs: Job[]) => jobs.every((job) => job.finishedAt !== null))
    for (const id of sure.jobs) {
      const job = await admin.jobs.get({ id })
      if (job.state === 'failed') expect(['INTERRUPTED', 'CONFLICT', 'STATE_CONFLICT']).toContain(job.error?.errorCode)
    }
    await expect
      .poll(async () =>
        (await admin.services.list({ stack: 'calm' })).items.map((service) => service.pid ?? 0).sort((a, b) => a - b),
      )
      .toEqual(calm.map(({ pid }) => pid ?? 0).sort((a, b) => a - b))
    // What was cut off half-way is brought to its end by applying it again.
    const source = sure.stacks.get(`local:stack-${round}`)
    if (source !== undefined) {
      await applied(admin, source)
      const rows = (await admin.services.list({ stack: `stack-${round}` })).items
      expect(rows.map((row) => row.state)).toEqual(['running', 'running'])
    }
    // What was acted on is on record, also what the crash cut off.
    const { items } = await admin.audit.list({ operation: 'users.create', limit: 1000 })
    const recorded = new Set(items.map((entry) => (entry.input as { username?: string } | null)?.username))
    for (const username of sure.users.keys()) expect(recorded.has(username), username).toBe(true)
  }
  expect(await plane.stop()).toBe(0)
}, 120_000)
