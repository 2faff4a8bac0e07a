import { createDockerDriver } from '@wheelhouse/driver-docker'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { suite, where } from '../../../../test/needs.ts'
import { admin, by, openStacks } from './testing/stack-room.ts'

const example = readFileSync(join(import.meta.dirname, '../../../../examples/compose/compose.yaml'), 'utf8')

suite('stacks on a real engine', ['docker'], () => {
  const name = `wh-stack-${process.pid}`
  let finish: () => Promise<unknown> = () => Promise.resolve()
  afterEach(() => finish())

  async function open() {
    const room = await openStacks([[createDockerDriver(), where('docker')]], { waitMs: 60_000 })
    finish = async () => {
      await room.remove(name, true).catch(() => undefined)
      await room.close()
    }
    await expect.poll(() => room.registry.mirror('docker').target().state, { timeout: 60_000 }).toBe('connected')
    const { connection } = room.registry.mirror('docker')
    const own = () => [...room.registry.mirror('docker').services.values()].filter((service) => service.stack === name)
    const resources = async () =>
      (await connection.resources())
        .filter((found) => found.stack === name)
        .map((found) => `${found.kind} ${found.name}`)
    return { ...room, own, resources }
  }
  // A running container need not listen yet, and the port of one that went may linger in the engine's proxy.
  const pageOn = (port: string) =>
    vi.waitFor(async () => (await fetch(`http://127.0.0.1:${port}/`)).text(), { timeout: 60_000, interval: 100 })
  const source = (port: string) =>
    example
      .replace('name: pages', `name: ${name}`)
      .replace('${PORT:-8803}', port)
      .replace('${IMAGE:-busybox:1.37}', '${IMAGE:-lab/busybox:1}')

  it('applies the example, replaces what changed, brings back what cannot be replaced, and removes it', async () => {
    const { apply, plan, remove, own, resources, handlers } = await open()
    const job = await apply(source('28911'))
    expect(job.error).toBeNull()
    expect(
      own()
        .map(({ name: container, state }) => `${container} ${state}`)
        .toSorted(),
    ).toEqual([`${name}-web-1 running`, `${name}-writer-1 running`])
    expect((await resources()).toSorted()).toEqual([`network ${name}_default`, `volume ${name}_site`])
    expect(await pageOn('28911')).toMatch(/\d\d:\d\d/)
    expect((await plan(source('28911'))).counts).toEqual({ keep: 4, drifted: 0 })

    const moved = await apply(source('28912'))
    expect(moved.error).toBeNull()
    expect(moved.result).toMatchObject({ counts: { keep: 3, replace: 1 } })
    expect(await pageOn('28912')).toMatch(/\d\d:\d\d/)

    const before = own().find((service) => service.stackService === 'web')?.id
    const broken = await apply(source('28912').replace('ports:', 'user: nobody-here\n    ports:'))
    expect(broken.error?.message).toContain('The old one is back')
    await expect
      .poll(() => own().find((service) => service.stackService === 'web'))
      .toMatchObject({ id: before, state: 'running', name: `${name}-web-1` })
    expect(await pageOn('28912')).toMatch(/\d\d:\d\d/)

    expect((await handlers.remove.plan({ id: name }, by(admin))).kept).toEqual([`volume ${name}_site`])
    expect((await remove(name)).error).toBeNull()
    await expect.poll(own).toEqual([])
    expect(await resources()).toEqual([`volume ${name}_site`])
    await apply(source('28912'))
    await remove(name, true)
    expect(await resources()).toEqual([])
  })
})
