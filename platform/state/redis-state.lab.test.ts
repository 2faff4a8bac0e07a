import { expect, it } from 'vitest'
import { suite, where } from '../../test/needs.ts'
import { createLog } from '../log/index.ts'
import { stateConformance } from './conformance.ts'
import { createRedisState } from './redis-state.ts'

const log = createLog({ level: 'silent', pretty: false })

suite('redis state', ['redis'], () => {
  const open = (prefix: string) => createRedisState({ url: where('redis'), log, prefix })
  stateConformance(async () => open(`test-${crypto.randomUUID()}:`))

  it('is shared by instances of one prefix, and only by them', async () => {
    const prefix = `test-${crypto.randomUUID()}:`
    const [one, two, other] = [open(prefix), open(prefix), open(`test-${crypto.randomUUID()}:`)]
    await one.set('a', 1, 1000)
    expect([await two.get('a'), await other.get('a'), await other.keys('')]).toEqual([1, null, []])
    await Promise.all([one.close(), two.close(), other.close()])
  })
})
