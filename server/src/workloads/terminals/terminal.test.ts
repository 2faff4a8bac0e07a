import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Terminal, type TerminalParts } from './terminal.ts'
import { personOf, Screen, shopWeb, SpokenSession } from './testing.ts'

let session: SpokenSession
let ended: string[]
let open: Terminal[]
const all = { writes: true, mayWrite: true }
const looks = { writes: false, mayWrite: false }
const big = Buffer.alloc(65_536, 'x')

function terminal(more: Partial<TerminalParts> = {}): Terminal {
  const made = new Terminal({
    id: 't1',
    service: shopWeb,
    command: ['sh'],
    user: null,
    opener: personOf('ann'),
    session,
    size: { columns: 80, rows: 24 },
    detachedMs: 60_000,
    ended: (_, why) => void ended.push(why),
    ...more,
  })
  open.push(made)
  return made
}
beforeEach(() => {
  session = new SpokenSession()
  ended = []
  open = []
})
afterEach(async () => {
  for (const one of open) await one.end('the test is over')
})

describe('a terminal', () => {
  test('shows every viewer the same, and who comes later what is kept', async () => {
    const shell = terminal()
    const [ann, bob] = [new Screen(), new Screen()]
    shell.attach(personOf('ann'), ann, all, null)
    session.say('hello ')
    await vi.waitFor(() => expect(ann.shown).toBe('hello '), 60_000)
    shell.attach(personOf('bob'), bob, looks, null)
    session.say('all')
    await vi.waitFor(() => expect(bob.shown).toBe('hello all'), 60_000)
    expect(ann.shown).toBe('hello all')
    expect(bob.last('opened')).toMatchObject({ offset: 0, missed: 0, writes: false, terminal: { openedBy: 'ann' } })
    expect(bob.last('size')).toMatchObject({ columns: 80, rows: 24 })
    expect(ann.last('viewers')).toMatchObject({
      shared: false,
      mayWrite: true,
      viewers: [
        { username: 'ann', writes: true, you: true },
        { username: 'bob', writes: false, you: false },
      ],
    })
    expect(bob.last('viewers')).toMatchObject({ mayWrite: false })
    expect(shell.view()).toMatchObject({ state: 'attached', expiresAt: null, receivedBytes: 9 })
  })

  test('that is left goes on, and is joined again where one was', async () => {
    const shell = terminal()
    const before = new Screen()
    const viewer = shell.attach(personOf('ann'), before, all, null)
    session.say('one ')
    await vi.waitFor(() => expect(before.shown).toBe('one '), 60_000)
    shell.detach(viewer)
    expect(shell.view()).toMatchObject({ state: 'detached', viewers: [] })
    expect(Date.parse(shell.view().expiresAt ?? '')).toBeGreaterThan(Date.now())
    session.say('two ')
    await vi.waitFor(() => expect(shell.scrollback.end).toBe(8), 60_000)
    const again = new Screen()
    shell.attach(personOf('ann'), again, all, 4)
    expect(again.shown).toBe('two ')
    expect(again.last('opened')).toMatchObject({ offset: 4, missed: 0 })
    expect(shell.view()).toMatchObject({ state: 'attached', expiresAt: null })
    expect(session.ended).toBe(false)
  })

  test('says how much is gone when one comes back too late for all of it', async () => {
    const shell = terminal()
    for (let n = 0; n < 10; n++) session.say(big)
    await vi.waitFor(() => expect(shell.scrollback.end).toBe(655_360), 60_000)
    const screen = new Screen()
    shell.attach(personOf('ann'), screen, all, 100)
    expect(screen.shown.length).toBe(262_144)
    expect(screen.last('opened')).toMatchObject({ offset: 655_360 - 262_144, missed: 655_360 - 262_144 - 100 })
  })

  test('that nobody comes back to is ended with its command', async () => {
    const shell = terminal({ detachedMs: 5 })
    shell.detach(shell.attach(personOf('ann'), new Screen(), all, null))
    await shell.done
    expect(session.ended).toBe(true)
    expect(ended).toEqual(['nobody came back to it'])
  })

  test('tells all how its command ended, also who comes after', async () => {
    const shell = terminal()
    const [ann, late] = [new Screen(), new Screen()]
    shell.attach(personOf('ann'), ann, all, null)
    session.say('bye')
    session.exit(3)
    await shell.done
    expect(ann.last('exit')).toEqual({ type: 'exit', exitCode: 3 })
    expect(ann.closed).toEqual([1000, 'the command has ended'])
    expect(shell.view()).toMatchObject({ state: 'ended', exitCode: 3, viewers: [], expiresAt: null })
    shell.attach(personOf('ann'), late, all, null)
    expect([late.shown, late.last('exit'), late.closed?.[0]]).toEqual(['bye', { type: 'exit', exitCode: 3 }, 1000])
    expect(ended).toEqual(['its command ended'])
  })

  test('takes twenty viewers and no more', () => {
    const shell = terminal()
    for (let n = 0; n < 20; n++) shell.attach(personOf(`p${n}`), new Screen(), looks, null)
    expect(() => shell.attach(personOf('late'), new Screen(), looks, null)).toThrow('look at this terminal already')
  })
})

describe('a viewer that does not read', () => {
  test('delays neither the command nor the others, and goes on from what is kept', async () => {
    const shell = terminal()
    const [ann, slow] = [new Screen(), new Screen()]
    shell.attach(personOf('ann'), ann, all, null)
    slow.reads = false
    const seat = shell.attach(personOf('slow'), slow, looks, null)
    for (let n = 0; n < 160; n++) session.say(big)
    await vi.waitFor(() => expect(ann.shown.length).toBe(160 * 65_536), 60_000)
    // It is held to its share: a megabyte and the chunk that went over.
    expect(slow.shown.length).toBeLessThanOrEqual(1_048_576 + 65_536)
    const had = slow.shown.length
    slow.waiting = 0
    slow.reads = true
    seat.catchUp()
    expect(slow.last('gap')).toEqual({
      type: 'gap',
      missed: 160 * 65_536 - 262_144 - had,
      offset: 160 * 65_536 - 262_144,
    })
    expect(slow.shown.length).toBe(had + 262_144)
    session.say('live again')
    await vi.waitFor(() => expect(slow.shown.endsWith('live again')).toBe(true), 60_000)
  })

  test('slows its own command while it is alone and reads at all, and is passed over when it stops', async () => {
    const shell = terminal()
    const ann = new Screen()
    ann.reads = false
    shell.attach(personOf('ann'), ann, all, null)
    for (let n = 0; n < 40; n++) session.say(big)
    await vi.waitFor(() => expect(ann.waiting).toBeGreaterThan(1_048_576), 60_000)
    // It reads, slowly: nothing is lost on it, and nothing runs ahead.
    const reading = setInterval(() => (ann.waiting = Math.max(0, ann.waiting - 200_000)), 20)
    await vi.waitFor(() => expect(ann.shown.length).toBe(40 * 65_536), { timeout: 60_000 })
    clearInterval(reading)
    expect(ann.last('gap')).toBeUndefined()
    // It reads no more: the command ends all the same.
    for (let n = 0; n < 40; n++) session.say(big)
    session.exit(0)
    await shell.done
    expect(ann.shown.length).toBeLessThan(80 * 65_536)
  })
})
