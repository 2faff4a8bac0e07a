import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, it } from 'vitest'
import { createLog } from '../log/index.ts'
import { busConformance } from './conformance.ts'
import { createMemoryBus } from './index.ts'

const log = createLog({ level: 'silent', pretty: false })

describe('memory bus', () => {
  busConformance(async () => createMemoryBus({ log }))

  it('calls handlers outside the context of the publisher', async () => {
    const context = new AsyncLocalStorage<string>()
    const bus = createMemoryBus({ log })
    const seen = new Promise((resolve) => bus.subscribe('x', () => resolve(context.getStore())))
    context.run('transaction', () => bus.publish('x', 1))
    expect(await seen).toBeUndefined()
  })

  it('is silent once closed', async () => {
    const bus = createMemoryBus({ log })
    bus.subscribe('x', () => expect.unreachable())
    bus.publish('x', 1)
    await bus.close()
    bus.publish('x', 2)
    await Promise.resolve()
  })
})
