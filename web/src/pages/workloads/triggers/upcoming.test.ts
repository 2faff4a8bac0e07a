import { expect, test } from 'vitest'
import { inZone, upcoming } from './upcoming.ts'

const from = new Date('2026-10-23T12:00:00Z')

test('the next times on the clocks of the zone, over the change of the clocks', () => {
  const found = upcoming('30 2 * * *', 'Europe/Berlin', from, 3)
  expect('times' in found && found.times.map((at) => inZone(at, 'Europe/Berlin'))).toEqual([
    'Sat 24 Oct, 02:30',
    'Sun 25 Oct, 02:30',
    'Mon 26 Oct, 02:30',
  ])
})

test('what is wrong says what would work', () => {
  expect(upcoming('', 'UTC', from)).toMatchObject({ wrong: expect.stringContaining('five fields') as string })
  expect(upcoming('@daily', 'UTC', from)).toMatchObject({ wrong: expect.stringContaining('five fields') as string })
  expect(upcoming('99 * * * *', 'UTC', from)).toMatchObject({
    wrong: expect.stringContaining('not understood') as string,
  })
  expect(upcoming('0 0 30 2 *', 'UTC', from)).toMatchObject({ wrong: expect.stringContaining('never comes') as string })
  expect(upcoming('0 0 * * *', 'Mars/Phobos', from)).toMatchObject({ wrong: 'This zone is not known.' })
})
