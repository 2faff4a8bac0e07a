import type { AlertRuleSpec } from '@wheelhouse/contract'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import type { House, Street } from '../../../../../test/identity/house.ts'
import type { CallContext } from '../../../dispatch/index.ts'
import { type AlertBench, openAlertBench } from './bench.ts'
import { service, target } from './registry.ts'

type Occasion = 'alert.fired' | 'alert.cleared' | 'alert.escalated' | 'backup.failed'

/** A target, an administrator and a bench for each test of a suite. */
export function openStage(openStreet: () => Promise<Street>) {
  let street: Street
  let house: House
  let bench: AlertBench
  let admin: CallContext

  beforeAll(async () => void (street = await openStreet()))
  afterAll(() => street.close())
  beforeEach(async () => {
    house = await street.house()
    bench = await openAlertBench(house)
    await house.person('root', 'admin')
    admin = house.call((await house.login('root')).caller).context
    bench.putTarget(target('n1'))
  })
  afterEach(() => bench.close())

  const channel = (name: string, on: Occasion[] = ['alert.fired', 'alert.cleared', 'alert.escalated']) =>
    bench.notifications.handlers.create(
      { name, channel: { kind: 'webhook', url: bench.hooks.url(`/${name}`) }, on },
      admin,
    )
  return {
    get house() {
      return house
    },
    get bench() {
      return bench
    },
    get admin() {
      return admin
    },
    /** Another bench on the same house, which begins anew. */
    async again(more: Parameters<typeof openAlertBench>[1]) {
      await bench.close()
      bench = await openAlertBench(house, more)
    },
    channel,
    ops: (on?: Occasion[]) => channel('ops', on),
    rule: (spec: Partial<AlertRuleSpec> = {}) =>
      bench.alerts.handlers.alertRules.create(
        { name: 'Failed', severity: 'critical', where: {}, condition: { kind: 'state', states: ['failed'] }, ...spec },
        admin,
      ),
    list: (input: Parameters<AlertBench['alerts']['handlers']['alerts']['list']>[0] = {}) =>
      bench.alerts.handlers.alerts.list(input, admin),
    one: (id: string) => bench.alerts.handlers.alerts.get({ id }, admin),
    fail: (name: string, stack: string | null = null) =>
      bench.putService(service('n1', name, { stack, state: 'failed', exitCode: 3, reason: 'Exited with code 3' })),
    heal: (name: string, stack: string | null = null) => bench.putService(service('n1', name, { stack })),
    arrived: (count: number) => expect.poll(() => bench.told().length, { timeout: 10_000 }).toBe(count),
  }
}
