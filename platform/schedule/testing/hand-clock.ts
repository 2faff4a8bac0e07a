import type { Clock } from '../index.ts'

interface Waiting {
  at: number
  readonly call: () => void
}

/** A clock that is moved by hand: `pass` lets time go by and wakes who is due, `jump` sets it as a person or a sleep does. */
export function handClock(start: string) {
  let now = Date.parse(start)
  const waiting = new Set<Waiting>()
  const clock: Clock = {
    now: () => now,
    wake(delayMs, call) {
      const mine = { at: now + delayMs, call }
      waiting.add(mine)
      return () => void waiting.delete(mine)
    },
  }
  const soonest = (): Waiting | undefined => [...waiting].toSorted((a, b) => a.at - b.at)[0]
  return {
    clock,
    pass(ms: number) {
      const end = now + ms
      for (let next = soonest(); next && next.at <= end; next = soonest()) {
        now = Math.max(now, next.at)
        waiting.delete(next)
        next.call()
      }
      now = end
    },
    /** The wall clock is another; timers count waking time and go on from where they were. */
    jump(ms: number) {
      now += ms
      for (const each of waiting) each.at += ms
    },
    get sleeps() {
      return waiting.size > 0
    },
  }
}
