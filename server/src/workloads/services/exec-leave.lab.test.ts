import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { socketProtocol, ticketProtocol } from '@wheelhouse/contract/wire'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'
import { suite, where } from '../../../../test/needs.ts'

const execute = promisify(execFile)
const name = `leave-${process.pid}`

suite('exec in containers that reach beyond themselves', ['docker'], () => {
  let house: TestHouse
  const docker = (...args: string[]) =>
    execute('docker', args, { env: { ...process.env, DOCKER_HOST: where('docker') } })
  beforeAll(async () => {
    house = await openTestHouse({ engine: where('docker') })
    await docker('run', '-d', '--name', `${name}-plain`, 'lab/busybox:1', 'sleep', '600')
    await docker('run', '-d', '--name', `${name}-host`, '--pid', 'host', 'lab/busybox:1', 'sleep', '600')
    await house.admin.users.create({ username: 'dora', password: 'a-long-enough-one', role: 'developer' })
    await vi.waitFor(async () => expect((await house.admin.services.list({ q: name })).total).toBe(2), 60_000)
  })
  afterAll(async () => {
    await docker('rm', '-f', `${name}-plain`, `${name}-host`)
    await house.close()
  })

  test('a developer runs commands in an ordinary one, and not in one that shares the process space of the host', async () => {
    const { client } = await house.signIn('dora', 'a-long-enough-one')
    expect(await client.services.exec({ id: `${name}-plain`, argv: ['echo', 'hi'] })).toMatchObject({
      stdout: 'hi\n',
      exitCode: 0,
    })
    await expect(client.services.exec({ id: `${name}-host`, argv: ['echo', 'hi'] })).rejects.toMatchObject({
      code: 'POLICY_REFUSED',
      details: { powers: ['uses the process space of the host'] },
    })
    const check = {
      kind: 'command' as const,
      name: 'c',
      argv: ['true'],
      intervalMs: 1000,
      timeoutMs: 1000,
      retries: 1,
      startPeriodMs: 0,
    }
    await expect(client.health.set({ id: `${name}-host`, checks: [check] })).rejects.toMatchObject({
      code: 'POLICY_REFUSED',
    })
    expect(await house.admin.services.exec({ id: `${name}-host`, argv: ['echo', 'hi'] })).toMatchObject({ exitCode: 0 })
  })

  test('each refusal is told, of a command, of a check and of a terminal alike', async () => {
    const { client } = await house.signIn('dora', 'a-long-enough-one')
    const { ticket } = await client.auth.ticket()
    const address = `${house.url.replace('http', 'ws')}/ws/containers/${name}-host/exec`
    const socket = new WebSocket(address, [socketProtocol, ticketProtocol + ticket])
    const closed = new Promise<string>((resolve) => socket.on('close', (_code, reason) => resolve(String(reason))))
    socket.on('open', () => socket.send(JSON.stringify({ type: 'open', columns: 80, rows: 24 })))
    expect(await closed).toBe('POLICY_REFUSED')
    const rules = ['uses the process space of the host']
    await vi.waitFor(async () => {
      const { items } = await house.admin.timeline.list({ type: 'policy.refused', service: `${name}-host` })
      expect(items.map(({ actor, data }) => [actor, data.operation, data.tty, data.rules])).toEqual([
        ['dora', 'services.exec', true, rules],
        ['dora', 'health.set', undefined, rules],
        ['dora', 'services.exec', undefined, rules],
      ])
    }, 60_000)
  })
})
