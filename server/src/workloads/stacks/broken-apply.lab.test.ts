import { createDockerDriver } from '@wheelhouse/driver-docker'
import { afterEach, expect, it } from 'vitest'
import { suite, where } from '../../../../test/needs.ts'
import { admin, by, openStacks } from './testing/stack-room.ts'

suite('an apply that breaks on a real engine', ['docker'], () => {
  const name = `wh-broken-${process.pid}`
  let finish: () => Promise<unknown> = () => Promise.resolve()
  afterEach(() => finish())

  const source = (web: string, api: string): string => `name: ${name}
services:
  db: { image: "lab/busybox:1", command: [sleep, "3600"], init: true }
  api: { image: "lab/busybox:1", init: true, ${api}, depends_on: [db] }
  web: { ${web}, init: true, depends_on: [api] }
`
  const good = { web: 'image: "lab/busybox:1", command: [sleep, "3600"]', api: 'command: [sleep, "3600"]' }

  it(
    'keeps the old containers running: an image that is not there, one that cannot start',
    { timeout: 120_000 },
    async () => {
      const room = await openStacks([[createDockerDriver(), where('docker')]], { waitMs: 30_000 })
      finish = async () => {
        await room.remove(name, true).catch(() => undefined)
        await room.close()
      }
      await expect.poll(() => room.registry.mirror('docker').target().state, { timeout: 10_000 }).toBe('connected')
      const own = () =>
        [...room.registry.mirror('docker').services.values()]
          .filter((service) => service.stack === name)
          .map(({ id, name: container, state }) => `${container} ${state} ${id}`)
          .toSorted()
      expect((await room.apply(source(good.web, good.api))).error).toBeNull()
      const before = own()
      expect(before).toHaveLength(3)
      expect(before.every((row) => row.includes(' running '))).toBe(true)

      // Everything is pulled before anything is changed: api could be made anew, and is not.
      const unpulled = await room.apply(source('image: "127.0.0.1:1/none:1"', 'command: [sleep, "1800"]'))
      expect(unpulled.state).toBe('failed')
      expect(unpulled.error?.message).toContain('127.0.0.1:1')
      expect(own()).toEqual(before)

      const broken = await room.apply(source('image: "lab/busybox:1", command: [/no/such/program]', good.api))
      expect(broken.state).toBe('failed')
      expect(broken.error?.message).toContain('The old web is back')
      await expect.poll(own).toEqual(before)

      const { items } = await room.handlers.revisions({ id: name }, by(admin))
      expect(items.map(({ state, current }) => [state, current])).toEqual([
        ['failed', false],
        ['failed', false],
        ['applied', true],
      ])
    },
  )
})
