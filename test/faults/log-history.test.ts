import { afterEach, expect, test, vi } from 'vitest'
import type { Client } from '@wheelhouse/client'
import { applied, Yard } from './control-plane.ts'

const yard = new Yard()
afterEach(() => yard.sweep())
const patience = { timeout: 90_000, interval: 100 }
const env = { WHEELHOUSE_LOG_HISTORY: 'true' }

async function kept(admin: Client): Promise<number[]> {
  const numbers: number[] = []
  let cursor: string | undefined
  do {
    const query = { stack: 'stream', q: 'number', order: 'oldest', limit: 1000 } as const
    const page = await admin.logHistory.search(cursor === undefined ? query : { ...query, cursor })
    numbers.push(...page.items.map(({ text }) => Number(text.slice('number '.length))))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return numbers
}

test('killed within a stream, the history goes on behind the last line kept: none is lost, none is kept twice', async () => {
  const data = yard.folder()
  let { plane, admin } = await yard.admin(data, { env })
  const script = 'i=0; while true; do i=$$((i+1)); echo "number $$i"; sleep 0.005; done'
  await applied(
    admin,
    `name: stream\nservices:\n  web:\n    directory: /\n    command: ${JSON.stringify(['sh', '-c', script])}\n`,
  )
  for (const least of [200, 500, 800]) {
    await vi.waitFor(async () => expect((await kept(admin)).length).toBeGreaterThan(least), patience)
    await plane.stop('SIGKILL')
    ;({ plane, admin } = await yard.admin(data, { env }))
  }
  await vi.waitFor(async () => expect((await kept(admin)).length).toBeGreaterThan(1100), patience)
  const numbers = await kept(admin)
  expect(numbers).toEqual(numbers.map((_, index) => index + 1))
}, 300_000)
