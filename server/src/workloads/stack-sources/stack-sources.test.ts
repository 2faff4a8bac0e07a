import { createHmac } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Client } from '@wheelhouse/client'
import type { Job } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'
import { MemoryEngine } from '../stacks/testing/memory-engine.ts'
import { GitHost } from './testing/git-host.ts'

const shop = (image: string, more = ''): string =>
  `services:\n  web:\n    image: ${image}\n    env_file: web.env\n    environment: { MODE: "\${MODE:-plain}" }${more}\n`

let host: GitHost
let house: TestHouse
let admin: Client
let engine: MemoryEngine
beforeAll(async () => {
  host = await GitHost.open()
  engine = new MemoryEngine()
  house = await openTestHouse({ docker: engine, engine: 'unix:///memory' })
  admin = house.admin
  const heard = async () =>
    (await admin.targets.list({})).items.some(({ kind, state }) => kind === 'docker' && state === 'connected')
  while (!(await heard())) await new Promise((resolve) => setTimeout(resolve, 20))
  await host.commit('First', { 'deploy/compose.yaml': shop('nginx:1'), 'deploy/web.env': 'FROM_FILE=1\n' })
}, 120_000)
afterAll(async () => {
  await house.close()
  host.close()
})

const ended = async ({ id }: Pick<Job, 'id'>): Promise<Job> => {
  for (;;) {
    const job = await admin.jobs.get({ id })
    if (job.finishedAt) return job
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
}
const connect = (name: string, more: object = {}, client = admin) =>
  client.stackSources.connect({ name, target: 'docker', url: host.url, path: 'deploy/compose.yaml', ...more })
const sync = async (id: string) => ended(await admin.stackSources.sync({ id }))
const database = () => new DatabaseSync(join(house.data, 'wheelhouse.db'), { timeout: 30_000 })
/** As if its time had come. */
const isDue = (id: string): void => {
  const db = database()
  db.prepare('update "stackSources" set "nextPollAt" = 1 where "id" = ?').run(id)
  db.close()
}
const deliver = (path: string, secret: string, body: string, header = 'x-hub-signature-256') =>
  fetch(`${house.url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      [header]: `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
    body,
  })

test('a stack follows a repository: connected, planned, synced, and kept in its history', async () => {
  const source = await connect('shop', { variables: { MODE: 'from-outside' }, pollSeconds: null })
  expect(source).toMatchObject({
    id: 'docker:shop',
    branch: 'main',
    path: 'deploy/compose.yaml',
    credential: 'none',
    variables: ['MODE'],
    commit: { author: 'Ada Mason', message: 'First' },
    lastResult: null,
    hookPath: null,
    hookSecret: null,
    nextPollAt: null,
    owner: 'admin',
  })
  expect(engine.row('shop-web-1')).toBeUndefined()
  const plan = await admin.stackSources.sync.plan({ id: 'docker:shop' })
  expect(plan.summary).toContain('First')
  expect(plan.steps.some(({ verb, name }) => verb === 'create' && name === 'web')).toBe(true)
  const job = await ended(await admin.stackSources.sync({ id: 'shop', digest: plan.digest }))
  expect(job.error).toBeNull()
  expect(job.result).toMatchObject({ result: 'applied' })
  expect(engine.row('shop-web-1')).toMatchObject({ state: 'running', image: 'nginx:1' })

  const hash = await host.commit('Second', { 'deploy/compose.yaml': shop('nginx:2') })
  expect((await sync('docker:shop')).result).toMatchObject({ result: 'applied', commit: hash })
  expect((await sync('docker:shop')).result).toMatchObject({ result: 'unchanged', commit: hash })
  const { items } = await admin.stacks.revisions({ id: 'shop' })
  expect(items.map(({ origin, reason, commit }) => [origin, reason, commit])).toEqual([
    ['git', 'main: Second', hash],
    ['git', 'main: First', source.commit?.hash],
  ])
  expect(await admin.stackSources.get({ id: 'shop' })).toMatchObject({
    lastResult: 'unchanged',
    appliedCommit: hash,
    commit: { hash, message: 'Second' },
  })
  expect(readdirSync(join(house.data, 'git'))).toEqual([])
  const stale = await ended(await admin.stackSources.sync({ id: 'shop', digest: 'an-old-one' }))
  expect(stale.error?.errorCode).toBe('PLAN_CHANGED')
  await admin.stackSources.disconnect({ id: 'shop' })
  await expect(admin.stackSources.get({ id: 'shop' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(engine.row('shop-web-1')?.state).toBe('running')
}, 120_000)

test('a poll brings what is new, says once what is wrong with it, and does not try a bad commit again', async () => {
  await host.commit('Good', { 'deploy/compose.yaml': shop('nginx:1') })
  const { id } = await connect('polled', { pollSeconds: 30 })
  const state = async (want: object) =>
    expect.poll(() => admin.stackSources.get({ id }), { timeout: 60_000, interval: 100 }).toMatchObject(want)
  isDue(id)
  await state({ lastResult: 'applied' })
  expect(engine.row('polled-web-1')?.image).toBe('nginx:1')
  const bad = await host.commit('Bad', { 'deploy/compose.yaml': 'services: { web: { image: 7, command: {} } }\n' })
  isDue(id)
  await state({ lastResult: 'failed', commit: { hash: bad } })
  const { lastError } = await admin.stackSources.get({ id })
  expect(lastError).toContain('The stack file has errors')
  const jobs = async () => (await admin.jobs.list({ limit: 100 })).items.filter(({ title }) => title.includes('polled'))
  const before = (await jobs()).length
  isDue(id)
  await expect.poll(async () => (await jobs()).length, { timeout: 60_000 }).toBe(before + 1)
  await expect.poll(async () => (await jobs())[0]?.state).toBe('succeeded')
  expect(await admin.stackSources.get({ id })).toMatchObject({ lastResult: 'failed', lastError })
  const events = (await admin.timeline.list({ limit: 200 })).items.filter(({ stack }) => stack === 'polled')
  expect(events.filter(({ type }) => type === 'source.failed')).toHaveLength(1)
  expect(engine.row('polled-web-1')).toMatchObject({ image: 'nginx:1', state: 'running' })
  const audited = (await admin.audit.list({ operation: 'stackSources.sync', limit: 20 })).items
  expect(audited.some(({ outcome, resource }) => outcome === 'refused' && resource === id)).toBe(true)

  await host.commit('Mended', { 'deploy/compose.yaml': shop('nginx:3') })
  isDue(id)
  await state({ lastResult: 'applied', lastError: null })
  expect(engine.row('polled-web-1')?.image).toBe('nginx:3')
  await ended(await admin.stacks.remove({ id: 'polled' }))
  await expect.poll(() => admin.stackSources.get({ id }).catch(({ code }: { code: string }) => code)).toBe('NOT_FOUND')
}, 120_000)

test('a signed push syncs; a wrong signature, another branch and an unknown webhook do not', async () => {
  await host.commit('Pushed', { 'deploy/compose.yaml': shop('nginx:1') })
  const { id, hookPath, hookSecret } = await connect('hooked', { pollSeconds: null, webhook: true })
  expect(hookSecret).toMatch(/^[\w-]{43}$/)
  const push = JSON.stringify({ ref: 'refs/heads/main' })
  expect((await deliver(hookPath!, 'wrong', push)).status).toBe(401)
  expect((await deliver('/api/v1/stack-hooks/00000000-0000-4000-8000-000000000000', hookSecret!, push)).status).toBe(
    401,
  )
  const other = await deliver(hookPath!, hookSecret!, JSON.stringify({ ref: 'refs/heads/other' }))
  expect(await other.json()).toMatchObject({ jobId: null })
  const answer = (await (await deliver(hookPath!, hookSecret!, push)).json()) as { jobId: string }
  expect((await ended({ id: answer.jobId })).error).toBeNull()
  expect(engine.row('hooked-web-1')?.image).toBe('nginx:1')

  const renewed = await admin.stackSources.update({ id, webhook: true })
  expect(renewed.hookPath).toBe(hookPath)
  expect(renewed.hookSecret).not.toBe(hookSecret)
  expect((await deliver(hookPath!, hookSecret!, push)).status).toBe(401)
  expect((await deliver(hookPath!, renewed.hookSecret!, push, 'x-wheelhouse-signature')).status).toBe(202)
  await admin.stackSources.update({ id, webhook: false })
  expect((await deliver(hookPath!, renewed.hookSecret!, push)).status).toBe(401)
  const whole = JSON.stringify([await admin.stackSources.list({}), await admin.audit.list({ limit: 100 })])
  expect(whole).not.toContain(hookSecret!)
  expect(whole).not.toContain(renewed.hookSecret!)
}, 120_000)

test('pushes of GitLab and Bitbucket sync too, by their token and their signature', async () => {
  const hash = await host.commit('For others', { 'deploy/compose.yaml': shop('nginx:4') })
  const { id, hookPath, hookSecret } = await connect('others', { pollSeconds: null, webhook: true })
  const gitlab = (token: string, ref: string) =>
    fetch(`${house.url}${hookPath}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-gitlab-event': 'Push Hook', 'x-gitlab-token': token },
      body: JSON.stringify({ object_kind: 'push', event_name: 'push', ref, checkout_sha: hash, after: hash }),
    })
  for (const wrong of ['', hookSecret!.slice(1), `${hookSecret!}x`])
    expect((await gitlab(wrong, 'refs/heads/main')).status).toBe(401)
  for (const ref of ['refs/heads/other', 'refs/tags/main'])
    expect(await (await gitlab(hookSecret!, ref)).json()).toMatchObject({ jobId: null })
  const answer = (await (await gitlab(hookSecret!, 'refs/heads/main')).json()) as { jobId: string }
  expect((await ended({ id: answer.jobId })).error).toBeNull()
  expect(engine.row('others-web-1')?.image).toBe('nginx:4')
  expect((await admin.stackSources.get({ id })).appliedCommit).toBe(hash)

  const branch = (name: string) => ({ new: { type: 'branch', name, target: { hash } }, old: null })
  const bitbucket = async (...names: string[]) =>
    (await deliver(hookPath!, hookSecret!, JSON.stringify({ push: { changes: names.map(branch) } }), 'x-hub-signature'))
      .json()
      .then((body) => (body as { jobId: string | null }).jobId)
  expect(await bitbucket('other')).toBeNull()
  expect(await bitbucket('other', 'main')).not.toBeNull()
  expect(JSON.stringify(await admin.audit.list({ limit: 100 }))).not.toContain(hookSecret!)
}, 120_000)

test('a token is kept sealed, is shown nowhere, and stays when other settings change', async () => {
  const token = 'tok-9f3b2c7d1e'
  await expect(connect('secret', { token })).rejects.toMatchObject({
    code: 'VALIDATION_FAILED',
    message: expect.stringContaining('could be read on the way') as string,
  })
  const url = 'ssh://git@127.0.0.1:1/shop.git'
  for (const [field, more] of [
    ['privateKey', {}],
    ['token', { token }],
    ['privateKey', { privateKey: 'no key at all', hostKeys: 'h ssh-ed25519 AAAA' }],
    ['hostKeys', { privateKey: '-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----' }],
  ] as const) {
    await expect(connect('secret', { url, ...more })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      message: expect.stringMatching(new RegExp(`^${field}:`)) as string,
    })
  }
  await connect('sealed', { variables: { MODE: 'hidden-value-77' }, pollSeconds: null })
  const changed = await admin.stackSources.update({ id: 'sealed', pollSeconds: 60 })
  expect(changed).toMatchObject({ variables: ['MODE'], pollSeconds: 60 })
  const db = database()
  const rows = db.prepare('select * from "stackSources"').all()
  db.close()
  expect(JSON.stringify(rows)).not.toContain('hidden-value-77')
}, 120_000)

test('it acts with the rights of who connected it, as they are at that time', async () => {
  await host.commit('Privileged', { 'deploy/compose.yaml': shop('nginx:1', '\n    privileged: true') })
  const password = 'violet kettle 7 harbour'
  await admin.users.create({ username: 'dora', password, role: 'developer' })
  await admin.users.create({ username: 'vera', password, role: 'viewer' })
  const dora = (await house.signIn('dora', password)).client
  const vera = (await house.signIn('vera', password)).client
  await expect(connect('mine', {}, vera)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(connect('mine', {}, dora)).rejects.toMatchObject({ code: 'POLICY_REFUSED' })
  await host.commit('Plain', { 'deploy/compose.yaml': shop('nginx:1') })
  const { id } = await connect('mine', { pollSeconds: null }, dora)
  expect((await vera.stackSources.get({ id })).owner).toBe('dora')
  await expect(vera.stackSources.sync({ id })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await host.commit('Privileged again', { 'deploy/compose.yaml': shop('nginx:1', '\n    privileged: true') })
  // The administrator presses, yet nothing more happens than its owner may do.
  expect((await sync(id)).error?.errorCode).toBe('POLICY_REFUSED')
  await admin.users.update({ id: 'dora', disabled: true })
  await expect(admin.stackSources.sync({ id })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  expect((await admin.stackSources.update({ id, pollSeconds: null })).owner).toBe('admin')
  expect((await sync(id)).error).toBeNull()
}, 120_000)

test('what cannot be built is told when it is connected: by the target, and to those who may not make images', async () => {
  await host.commit('Built', {
    'deploy/compose.yaml': 'services: { web: { build: app } }\n',
    'deploy/app/Dockerfile': 'FROM scratch\n',
  })
  await expect(connect('made')).rejects.toMatchObject({
    code: 'STACK_INVALID',
    message: expect.stringMatching(
      /^services.web.build: .* builds no images. Push one, and name it with image.$/,
    ) as string,
  })
  const scopes = ['stacks.read', 'stacks.apply'] as const
  const { secret } = await admin.tokens.create({ name: 'stacks-only', scopes: [...scopes] })
  await expect(connect('made', {}, house.client(secret))).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await host.commit('Away', { 'deploy/compose.yaml': 'services: { web: { build: ../../outside } }\n' })
  await expect(connect('made')).rejects.toThrow('it leads out of the repository')
}, 120_000)

test('a file that includes others of the repository is read with them, and nothing else is', async () => {
  await host.commit('Parts', {
    'deploy/compose.yaml': 'include: [../common/base.yaml]\nservices: { web: { image: nginx:1 } }\n',
    'common/base.yaml': 'services: { db: { image: "pg:1" } }\n',
  })
  const { id } = await connect('parts', { pollSeconds: null })
  expect((await sync(id)).error).toBeNull()
  expect(engine.row('parts-db-1')?.image).toBe('pg:1')
  await host.commit('Out', {
    'deploy/compose.yaml': 'include: [../../../../etc/passwd]\nservices: { web: { image: nginx:1 } }\n',
  })
  expect((await sync(id)).error?.message).toContain('outside of the folder')
  await host.commit('Linked', {
    'deploy/compose.yaml': 'services: { web: { image: nginx:1, env_file: out.env } }\n',
    'deploy/out.env': '-> /proc/self/environ',
  })
  expect((await sync(id)).error?.message).toContain('is a link')
  expect(existsSync(join(house.data, 'git')) && readdirSync(join(house.data, 'git'))).toEqual([])
}, 120_000)
