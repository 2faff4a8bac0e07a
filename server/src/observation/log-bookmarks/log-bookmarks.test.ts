import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'

const patience = { timeout: 60_000, interval: 100 }
const password = 'correct-horse-battery'
let house: TestHouse
beforeAll(async () => {
  house = await openTestHouse({ env: { WHEELHOUSE_LOG_HISTORY: 'true' } })
}, 120_000)
afterAll(() => house.close(), 60_000)

test('marks are of one person, keep the line, and are hidden with the right to read it', async () => {
  const script = 'i=0; while [ $$i -lt 30 ]; do i=$$((i+1)); echo "line $$i"; done; while true; do sleep 1; done'
  const source = `name: marked\nservices:\n  web:\n    command: ${JSON.stringify(['sh', '-c', script])}\n`
  await house.admin.stacks.apply({ source, target: 'local', directory: house.data })
  const found = async () => (await house.admin.logHistory.search({ stack: 'marked', q: 'line 7' })).items
  await vi.waitFor(async () => expect((await found()).length).toBeGreaterThan(0), patience)
  const [line] = await found()
  const { position, serviceId } = line!
  const mark = await house.admin.logBookmarks.create({ position, note: 'here it began' })
  expect(mark).toMatchObject({ note: 'here it began', line: { text: line!.text, position } })
  // Marked twice it is one mark.
  expect((await house.admin.logBookmarks.create({ position, note: 'truly' })).id).toBe(mark.id)
  expect((await house.admin.logBookmarks.list({})).items).toMatchObject([{ id: mark.id, note: 'truly' }])

  const grants = [{ on: 'service' as const, id: serviceId!, role: 'viewer' as const }]
  await house.admin.users.create({ username: 'mara', password, role: 'viewer', reach: 'granted', grants })
  const { client: mara } = await house.signIn('mara', password)
  expect((await mara.logBookmarks.list({})).items).toEqual([])
  await expect(mara.logBookmarks.update({ id: mark.id, note: 'mine' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(mara.logBookmarks.remove({ id: mark.id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  const hers = await mara.logBookmarks.create({ position })
  await house.admin.users.update({ id: 'mara', grants: [{ on: 'target', id: 'elsewhere', role: 'viewer' }] })
  expect((await mara.logBookmarks.list({})).items).toEqual([])
  await expect(mara.logBookmarks.create({ position })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await house.admin.users.update({ id: 'mara', grants })
  expect((await mara.logBookmarks.list({})).items).toMatchObject([{ id: hers.id }])

  // The line goes, the mark stays.
  const [kept] = (await house.admin.logHistory.sources({ stack: 'marked' })).items
  await house.admin.logHistory.forget({ id: kept!.id })
  expect((await house.admin.logBookmarks.list({})).items).toMatchObject([{ line: { text: line!.text } }])
  await house.admin.logBookmarks.remove({ id: mark.id })
  expect((await house.admin.logBookmarks.list({})).items).toEqual([])
  await expect(house.admin.logBookmarks.create({ position: '1.1.1' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('the kinds of lines of a time are told, with what is new', async () => {
  const waits = 'while true; do sleep 1; done'
  const script = `i=0; while [ $$i -lt 20 ]; do i=$$((i+1)); echo "INFO order $$i paid"; done; echo 'ERROR no database'; ${waits}`
  const source = `name: kinds\nservices:\n  web:\n    command: ${JSON.stringify(['sh', '-c', script])}\n`
  await house.admin.stacks.apply({ source, target: 'local', directory: house.data })
  const kinds = () => house.admin.logHistory.patterns({ stack: 'kinds' })
  await vi.waitFor(async () => expect((await kinds()).lines).toBe(21), patience)
  const { items, isPartial, other } = await kinds()
  expect({ isPartial, other }).toEqual({ isPartial: false, other: 0 })
  expect(items.map(({ pattern, lines, level, isNew }) => [pattern, lines, level, isNew])).toEqual([
    ['INFO order <*> paid', 20, 'info', null],
    ['ERROR no database', 1, 'error', null],
  ])
  expect(items[0]!.example).toMatchObject({ text: 'INFO order 20 paid', service: 'kinds-web' })
  // Seen from after it was said, it is what was said before.
  const later = new Date(Date.parse(items[1]!.lastAt) + 1).toISOString()
  const again = `name: kinds2\nservices:\n  web:\n    command: ${JSON.stringify(['sh', '-c', `sleep 1; echo 'INFO order 99 paid'; echo 'WARN quite new'; ${waits}`])}\n`
  await house.admin.stacks.apply({ source: again, target: 'local', directory: house.data })
  const since = async () =>
    (
      await house.admin.logHistory.patterns({
        service: 'kinds-web,kinds2-web',
        since: later,
        until: new Date(Date.parse(later) + 60_000).toISOString(),
      })
    ).items
  await vi.waitFor(async () => expect(await since()).toHaveLength(2), patience)
  expect(new Map((await since()).map(({ pattern, isNew }) => [pattern, isNew]))).toEqual(
    new Map([
      ['INFO order <*> paid', false],
      ['WARN quite new', true],
    ]),
  )
  expect((await house.admin.logHistory.patterns({ stack: 'kinds', level: 'error' })).lines).toBe(1)
  await expect(house.admin.logHistory.patterns({ service: 'nobody' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
