import { createOsServiceDriver } from '@wheelhouse/driver-os-service'
import { expect, onTestFinished, test } from 'vitest'
import { runInside, streamInside } from '../../../../drivers/os-service/testing.ts'
import { suite } from '../../../../test/needs.ts'
import { openStacks } from './testing/stack-room.ts'

const name = `wh-units-${process.pid}`
const file = (second: number): string => `name: ${name}
services:
  clock:
    command: [sh, -c, 'while true; do date; sleep ${second}; done']
    directory: /tmp
`

suite('a stack on a service manager', ['docker', 'systemd'], () => {
  test('is applied where it is named, replaced, and removed', async () => {
    const driver = createOsServiceDriver({ run: runInside, stream: streamInside, user: false })
    const room = await openStacks([[driver, 'local']], { waitMs: 60_000 })
    const target = 'the-os-service'
    onTestFinished(async () => {
      await room.remove(name).catch(() => undefined)
      await room.close()
    })
    await expect.poll(() => room.registry.mirror('os-service').target().state, { timeout: 60_000 }).toBe('connected')
    // Processes are for this machine's own supervisor unless somebody says otherwise.
    await expect(room.apply(file(1))).rejects.toThrow('wheelhouse.yaml needs a target of processes')
    expect((await room.apply(file(1), { target })).error).toBeNull()
    const service = () => [...room.registry.mirror('os-service').services.values()].find((each) => each.stack === name)
    await expect.poll(service, { timeout: 60_000 }).toMatchObject({ state: 'running', stackService: 'clock' })
    expect((await room.plan(file(1), { target })).counts).toMatchObject({ keep: 1 })
    const before = service()?.startedAt
    expect((await room.apply(file(2), { target })).error).toBeNull()
    expect(service()?.startedAt).not.toBe(before)
    expect((await runInside(['systemctl', 'is-enabled', service()?.name ?? ''])).stdout).toBe('enabled\n')
    expect((await room.remove(name)).error).toBeNull()
    await expect.poll(service).toBeUndefined()
  })
})
