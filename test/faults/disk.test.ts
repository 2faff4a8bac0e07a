import { errorCatalogue } from '@wheelhouse/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startedAt } from '../lab/daemon.ts'
import { adminPassword, applied, clientOf, sleepers, Yard } from './control-plane.ts'
import { canMount, mountTmpfs, type Mounted } from './small-disk.ts'

const yard = new Yard()
let disk: Mounted
beforeAll(async () => {
  if (canMount) disk = await mountTmpfs(yard.folder(), '6m')
})
afterAll(async () => {
  await yard.endServices()
  if (canMount) await disk.unmount()
  await yard.sweep()
})

describe.runIf(canMount)('the disk of the data folder is full', () => {
  test('changes are refused in the one form, reads and services go on, and it recovers by itself', async () => {
    const { plane, url, admin } = await yard.admin(disk.path)
    await applied(admin, sleepers('calm', ['calm-a', 'calm-b']))
    const pids = (await admin.services.list()).items.map((service) => service.pid ?? 0)
    const started = pids.map(startedAt)
    const { accessToken } = await clientOf(url).auth.login({ username: 'admin', password: adminPassword })
    await admin.users.create({ username: 'kept', password: 'violet kettle 7 harbour', role: 'viewer' })
    const [service] = (await admin.services.list()).items

    disk.fill()
    const send = (method: string, path: string, body?: object): Promise<Response> =>
      fetch(`${url}/api/v1/${path}`, {
        method,
        headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    const changes: [string, string, object?][] = [
      ['POST', 'users', { username: 'lost', password: 'violet kettle 7 harbour', role: 'viewer' }],
      ['PATCH', 'users/kept', { displayName: 'Lost' }],
      ['DELETE', 'users/kept'],
      ['POST', 'tokens', { name: 'lost' }],
      ['POST', 'targets', { name: 'lost', address: 'tcp://127.0.0.1:1' }],
      ['POST', 'stacks', { source: sleepers('lost', ['lost-a']) }],
      ['DELETE', 'stacks/calm'],
      ['PATCH', 'auth/me', { displayName: 'Lost' }],
      ['POST', 'auth/login', { username: 'admin', password: adminPassword }],
      ['POST', `services/${service?.name}/restart`, {}],
      ['PUT', `services/${service?.name}/health`, { checks: [] }],
    ]
    for (const [method, path, body] of changes) {
      const answer = await send(method, path, body)
      const text = await answer.text()
      expect(answer.status, `${method} ${path}: ${text}`).toBe(507)
      expect(JSON.parse(text), path).toMatchObject({
        errorCode: 'STORAGE_FULL',
        message: errorCatalogue.STORAGE_FULL.message,
        requestId: answer.headers.get('x-request-id'),
      })
    }
    for (const path of ['services', 'targets', 'users', 'stacks', 'jobs', 'events', 'audit', 'dashboard', 'status']) {
      const answer = await send('GET', path === 'dashboard' ? 'health/services' : path)
      expect(answer.status, `${path}: ${await answer.text()}`).toBe(200)
    }
    expect((await fetch(`${url}/health/ready`)).status).toBe(200)
    const { ticket } = (await (await send('POST', 'auth/ticket', {})).json()) as { ticket: string }
    expect(ticket).toEqual(expect.any(String))
    expect(pids.map(startedAt)).toEqual(started)

    disk.free()
    await admin.users.create({ username: 'after', password: 'violet kettle 7 harbour', role: 'viewer' })
    const names = (await admin.users.list()).items.map((user) => user.username).sort()
    expect(names).toEqual(['admin', 'after', 'kept'])
    await applied(admin, sleepers('later', ['later-a']))
    expect(pids.map(startedAt)).toEqual(started)

    // And it all holds over a kill.
    await plane.stop('SIGKILL')
    const again = await yard.admin(disk.path)
    expect((await again.admin.users.list()).items.map((user) => user.username).sort()).toEqual(names)
    expect((await again.admin.services.list({ stack: 'calm' })).items.map((row) => String(row.pid)).sort()).toEqual(
      pids.map(String).sort(),
    )
  }, 120_000)
})
