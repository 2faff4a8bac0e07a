import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { State } from './index.ts'

/** What every shared state must do alike. `open` gives an empty one. */
export function stateConformance(open: () => Promise<State>): void {
  let state: State
  beforeAll(async () => {
    state = await open()
  })
  afterAll(() => state.close())

  const ended = async (key: string) => {
    while ((await state.get(key)) !== null) await delay(5)
  }

  it('keeps JSON values, and has null for what is not there', async () => {
    const value = { list: [1, null, 'ü'], nested: { a: true } }
    await state.set('json', value)
    expect(await state.get('json')).toEqual(value)
    expect(await state.get('none')).toBeNull()
    expect(await state.delete('json')).toBe(true)
    expect(await state.delete('json')).toBe(false)
  })

  it('forgets at the end of the time to live, and a new value starts anew', async () => {
    await state.set('short', 1, 40)
    expect(await state.ttlMs('short')).toBeGreaterThan(0)
    await ended('short')
    expect(await state.ttlMs('short')).toBeNull()
    await state.set('short', 1, 10_000)
    await state.set('short', 2)
    expect(await state.ttlMs('short')).toBeNull()
  })

  it('adds only where there is nothing', async () => {
    expect(await state.add('lock', 'mine', 30)).toBe(true)
    expect(await state.add('lock', 'yours', 30)).toBe(false)
    expect(await state.get('lock')).toBe('mine')
    await ended('lock')
    const claims = await Promise.all(Array.from({ length: 20 }, (_, n) => state.add('lock', n)))
    expect(claims.filter(Boolean)).toHaveLength(1)
  })

  it('sets only where the value still is the expected one, whatever the order of its keys', async () => {
    expect(await state.compareAndSet('cas', null, { a: 1, b: [2, { d: 4, c: 3 }] })).toBe(true)
    expect(await state.compareAndSet('cas', null, 9)).toBe(false)
    expect(await state.compareAndSet('cas', { b: [2, { c: 3, d: 4 }], a: 1 }, 'next', 10_000)).toBe(true)
    expect(await state.compareAndSet('cas', 'other', 9)).toBe(false)
    expect(await state.get('cas')).toBe('next')
    expect(await state.ttlMs('cas')).toBeGreaterThan(9000)
  })

  it('gives a ticket once', async () => {
    await state.set('ticket', { user: 7 }, 10_000)
    const taken = await Promise.all(Array.from({ length: 10 }, () => state.take('ticket')))
    expect(taken.filter((value) => value !== null)).toEqual([{ user: 7 }])
  })

  it('counts, and the time to live starts with the first', async () => {
    await Promise.all(Array.from({ length: 20 }, () => state.increment('count', 2, 10_000)))
    expect(await state.get('count')).toBe(40)
    const left = await state.ttlMs('count')
    await delay(20)
    await state.increment('count', -1, 60_000)
    expect(await state.ttlMs('count')).toBeLessThan(left ?? 0)
    expect(await state.increment('free')).toBe(1)
    expect(await state.ttlMs('free')).toBeNull()
    await state.set('word', 'x')
    await expect(state.increment('word')).rejects.toThrow()
  })

  it('lists keys by their literal prefix', async () => {
    for (const key of ['list:b', 'list:a', 'list*c', 'lost:a']) await state.set(key, 1)
    expect(await state.keys('list:')).toEqual(['list:a', 'list:b'])
    expect(await state.keys('list*')).toEqual(['list*c'])
  })

  it('restores a snapshot with what was left of the times to live', async () => {
    await state.set('save:a', { n: 1 }, 10_000)
    await state.set('save:b', [2])
    const saved = await state.snapshot('save:')
    expect(saved).toMatchObject({ 'save:a': { value: { n: 1 } }, 'save:b': { value: [2], ttlMs: null } })
    await state.delete('save:a')
    await state.set('save:b', 'changed')
    await state.restore(saved)
    expect([await state.get('save:a'), await state.get('save:b')]).toEqual([{ n: 1 }, [2]])
    expect(await state.ttlMs('save:a')).toBeGreaterThan(0)
  })

  it('makes what it remembers once for all who ask, and again after a failure or the end', async () => {
    let made = 0
    const make = async () => {
      await delay(5)
      return { made: (made += 1) }
    }
    const asked = Array.from({ length: 10 }, () => state.remember('made', 40, make))
    expect(new Set((await Promise.all(asked)).map((value) => value.made))).toEqual(new Set([1]))
    expect(await state.remember('made', 40, make)).toEqual({ made: 1 })
    await ended('made')
    expect(await state.remember('made', 40, make)).toEqual({ made: 2 })
    const failing = () => state.remember('failing', 1000, () => Promise.reject(new Error('no')))
    await expect(failing()).rejects.toThrow('no')
    expect(await state.remember('failing', 1000, async () => 'yes')).toBe('yes')
  })
}
