import { createMemoryBus } from '@wheelhouse/platform/bus'
import { createLog } from '@wheelhouse/platform/log'
import { expect, it, vi } from 'vitest'
import { Street } from '../../../../test/identity/house.ts'
import type { CallerChange } from './index.ts'

it('tells every instance on the bus, each once, that a session has ended', async () => {
  const street = await Street.sqlite()
  const bus = createMemoryBus({ log: createLog({ level: 'silent', pretty: false }) })
  const house = await street.house({ bus })
  const there: CallerChange[] = []
  house.neighbour().auth.onCallerChanged((change) => there.push(change))
  await house.person('mara')
  const { caller } = await house.login('mara')
  await house.auth.handlers.logout({}, house.call(caller).context)
  const ended = [{ userId: caller.userId, sessionId: caller.sessionId }]
  await vi.waitFor(() => expect(there).toEqual(ended), 60_000)
  expect(house.changes).toEqual(ended)
  await bus.close()
  await street.close()
})
