import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from '@wheelhouse/client'
import { type Deployment, deploymentEnded } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'

let house: TestHouse
let directory: string

beforeAll(async () => {
  house = await openTestHouse()
  directory = mkdtempSync(join(tmpdir(), 'wh-access-'))
  await house.admin.configs.create({ name: 'vault', values: { DB_PASSWORD: 'hunter22-hunter22' } })
})
afterAll(async () => {
  await house?.close()
  rmSync(directory, { recursive: true, force: true })
})

async function person(username: string, more: object): Promise<Client> {
  const password = 'correct-horse-battery-2'
  await house.admin.users.create({ username, password, role: 'viewer', ...more } as never)
  return (await house.signIn(username, password)).client
}

async function ended(id: string): Promise<Deployment> {
  for (;;) {
    const deployment = await house.admin.deployments.get({ id })
    if (deploymentEnded(deployment.state)) return deployment
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

test('a text without a folder runs no program on the machine for those who may not use it', async () => {
  const developer = await person('developer', { role: 'developer' })
  const marked = join(directory, 'marked')
  const checks = `name: x\napps: {}\nverify: [{ command: [touch, ${marked}] }]\n`
  const tools = `name: x\napps: {}\nrequires: { tools: { ${marked}: '1' } }\n`
  for (const source of [checks, tools]) {
    await expect(developer.deployments.start({ source })).rejects.toMatchObject({ code: 'POLICY_REFUSED' })
    await expect(developer.deployments.check({ source })).rejects.toMatchObject({ code: 'POLICY_REFUSED' })
    await expect(developer.deployments.describe({ source })).rejects.toMatchObject({ code: 'POLICY_REFUSED' })
  }
})

test('the values of a config set are for those who may read them', async () => {
  const elsewhere = await person('elsewhere', {
    reach: 'granted',
    grants: [{ on: 'target', id: 'x', role: 'developer' }],
  })
  const source = 'name: x\nconfig: { set: vault }\nservices: { web: { image: nginx, ports: ["${DB_PASSWORD}"] } }\n'
  for (const asked of [elsewhere.deployments.describe, elsewhere.deployments.check, elsewhere.deployments.start]) {
    const refused = await asked({ source }).then(
      () => null,
      (error: unknown) => error as { code: string; message: string },
    )
    expect(refused?.code).toBe('FORBIDDEN')
    expect(JSON.stringify(refused)).not.toContain('hunter22')
  }
  const told = JSON.stringify(await house.admin.deployments.describe({ source }))
  expect(told).toContain('ports')
  expect(told).not.toContain('hunter22')
})

test('a run and its release are seen on their targets, and nowhere else', { timeout: 120_000 }, async () => {
  const here = await person('here', { reach: 'granted', grants: [{ on: 'target', id: 'local', role: 'viewer' }] })
  const other = await person('other', { reach: 'granted', grants: [{ on: 'target', id: 'x', role: 'developer' }] })
  writeFileSync(
    join(directory, 'wheelhouse.yaml'),
    'name: seen\nservices: { web: { command: [sleep, "1000"] } }\npipeline: { watch: { for: 1ms } }\n',
  )
  const { id } = await house.admin.deployments.start({ directory })
  const run = await ended(id)
  expect(run.state, JSON.stringify(run.outcome)).toBe('succeeded')

  expect((await here.releases.list({})).items.map(({ stack }) => stack)).toEqual(['seen'])
  expect((await here.releases.get({ id: run.release!.id })).number).toBe(1)
  expect((await other.releases.list({})).items).toEqual([])
  await expect(other.releases.get({ id: run.release!.id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(other.deployments.log({ id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(here.releases.pin({ id: run.release!.id, pinned: true })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  })

  const answered = async (client: Client): Promise<string> => {
    const live = house.live(client)
    try {
      return await new Promise<string>((resolve) => {
        live.subscribe(
          'deployments',
          { deploymentId: id },
          {
            onEvents: () => undefined,
            onReady: () => resolve('ready'),
            onEnd: (_reason, code) => resolve(code ?? 'ended'),
          },
        )
      })
    } finally {
      live.close()
    }
  }
  expect(await answered(here)).toBe('ready')
  expect(await answered(other)).toBe('NOT_FOUND')
})

test('of a rollback those who may not see the stack learn nothing', { timeout: 120_000 }, async () => {
  const other = await person('outsider', { reach: 'granted', grants: [{ on: 'target', id: 'x', role: 'developer' }] })
  const reader = await person('reader', {
    reach: 'granted',
    grants: [
      { on: 'target', id: 'local', role: 'viewer' },
      { on: 'target', id: 'x', role: 'developer' },
    ],
  })
  const refused = async (client: Client, asked: object): Promise<string[]> => {
    const said = await client.deployments.rollback.plan({ stack: 'seen', ...asked }).then(
      () => ['planned'],
      (error: unknown) => [(error as { code: string }).code, (error as Error).message],
    )
    return said.map((text) => text.replaceAll('seen', 'STACK').replaceAll('nothing-called-so', 'STACK'))
  }
  for (const asked of [{}, { environment: 'production' }, { environment: 'production', release: 1 }, { release: 9 }]) {
    const said = await refused(other, asked)
    expect(said[0]).toBe('NOT_FOUND')
    expect(said).toEqual(await refused(other, { ...asked, stack: 'nothing-called-so' }))
    expect((await refused(reader, asked))[0]).toBe('FORBIDDEN')
  }
})
