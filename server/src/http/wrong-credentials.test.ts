import { expect, test } from 'vitest'
import { openTestHouse } from '../../../test/fixtures/house.ts'

test('tries with wrong credentials are counted where they come from', async () => {
  const house = await openTestHouse({ env: { WHEELHOUSE_REQUESTS_PER_MINUTE: '20' } })
  try {
    const authorization = `Bearer wh_01234567_${'x'.repeat(43)}`
    const seen = new Set<number>()
    for (let n = 0; n < 30; n++) {
      seen.add((await fetch(`${house.url}/api/v1/services`, { headers: { authorization } })).status)
    }
    expect([...seen]).toEqual([401, 429])
  } finally {
    await house.close()
  }
})
