import { expect, it } from 'vitest'
import { suite, where } from '../../test/needs.ts'
import { createLog } from '../log/index.ts'
import { busConformance } from './conformance.ts'
import { createRedisBus } from './index.ts'

const log = createLog({ level: 'silent', pretty: false })

suite('redis bus', ['redis'], () => {
  const open = (prefix: string) => createRedisBus({ url: where('redis'), log, prefix })
  busConformance(async () => open(`test-${crypto.randomUUID()}:`))

  it('carries messages between instances of one prefix only', async () => {
    const prefix = `test-${crypto.randomUUID()}:`
    const [one, two, other] = [open(prefix), open(prefix), open('other:')]
    other.subscribe('*', () => expect.unreachable())
    const heard = new Promise((resolve) => {
      two.subscribe('ping', resolve)
      two.subscribe('ready', () => one.publish('ping', { n: 1 }))
    })
    two.publish('ready', 1)
    expect(await heard).toEqual({ n: 1 })
    await Promise.all([one.close(), two.close(), other.close()])
  })

  it('waits for Redis without failing, and closes without it', async () => {
    const bus = createRedisBus({ url: 'redis://127.0.0.1:1', log, prefix: 'x:' })
    bus.publish('x', 1)
    await bus.close()
  })
})
