import { setTimeout as delay } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { expect, it } from 'vitest'
import { suite, where } from '../../test/needs.ts'
import { createLog } from '../log/index.ts'
import { busConformance } from './conformance.ts'
import { createRedisBus } from './redis-bus.ts'

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

  it('goes on after its connections were cut, with what was published meanwhile', async () => {
    const prefix = `test-${crypto.randomUUID()}:`
    const bus = open(prefix)
    const heard: unknown[] = []
    const until = async (count: number) => {
      while (heard.length < count) await delay(5)
    }
    bus.subscribe('x', (message) => heard.push(message))
    bus.publish('x', 'before')
    await until(1)
    const admin = new Redis(where('redis'))
    const cut = String(await admin.client('LIST'))
      .split('\n')
      .filter((line) => line.includes(`name=${prefix}bus`))
    expect(cut).toHaveLength(2)
    for (const line of cut) await admin.client('KILL', 'ID', /id=(\d+)/.exec(line)?.[1] ?? '')
    await admin.quit()
    await delay(20)
    bus.publish('x', 'after')
    await until(2)
    expect(heard).toEqual(['before', 'after'])
    await bus.close()
  })

  it('waits for Redis without failing, and closes without it', async () => {
    const bus = createRedisBus({ url: 'redis://127.0.0.1:1', log, prefix: 'x:' })
    bus.publish('x', 1)
    await bus.close()
  })
})
