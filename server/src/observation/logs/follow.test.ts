import { expect, test } from 'vitest'
import { openTestHouse } from '../../../../test/fixtures/house.ts'

test('a log is followed by so many at once and no more, over HTTP as over sockets', { timeout: 120_000 }, async () => {
  const house = await openTestHouse({ env: { WHEELHOUSE_STREAMS_PER_SERVICE: '2' } })
  try {
    const command = '["sh", "-c", "while true; do echo tick; sleep 0.2; done"]'
    const source = `name: follow\nservices:\n  web:\n    command: ${command}\n`
    await house.admin.stacks.apply({ source, target: 'local', directory: house.data })
    const { registry } = house.house.domains.targets
    await expect.poll(() => registry.service('local:follow-web')?.state, { timeout: 60_000 }).toBe('running')
    const { token } = await house.signIn('admin', 'correct-horse-battery')
    const stop = new AbortController()
    const follow = async (signal: AbortSignal): Promise<number> => {
      const headers = { authorization: `Bearer ${token}` }
      return (await fetch(`${house.url}/api/v1/services/local:follow-web/logs/stream`, { headers, signal })).status
    }
    expect([await follow(stop.signal), await follow(stop.signal)]).toEqual([200, 200])
    expect(await follow(new AbortController().signal)).toBe(429)
    stop.abort()
    const last = new AbortController()
    await expect.poll(() => follow(last.signal), { timeout: 60_000 }).toBe(200)
    last.abort()
  } finally {
    await house.close()
  }
})
