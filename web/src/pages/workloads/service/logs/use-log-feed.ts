import { useCallback, useEffect, useRef, useState } from 'react'
import { client } from '../../../../api/client.ts'
import { live } from '../../../../api/live.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { duration } from '../../../../ui/format/age.ts'
import { count } from '../../../../ui/format/number.ts'
import { type Line, LogRing } from '../../../../ui/log/ring.ts'

export interface LogFeed {
  readonly ring: LogRing
  readonly version: number
  readonly epoch: number
  readonly prepended: number
  readonly linesPerS: number
  readonly missed: number
  readonly state: 'connecting' | 'live' | 'ended'
  readonly reason: string | null
  /** Loads lines before the first; answers a sentence when there are none. */
  readonly older: () => Promise<string | null>
}

/** The log of one service: history, then live, into a bounded ring. The page draws once a frame, whatever comes. */
export function useLogFeed(serviceId: string): LogFeed {
  const ring = useRef<LogRing>(null)
  ring.current ??= new LogRing()
  const lines = ring.current
  const [drawn, setDrawn] = useState({
    version: 0,
    epoch: 0,
    prepended: 0,
    linesPerS: 0,
    missed: 0,
    state: 'connecting' as LogFeed['state'],
    reason: null as string | null,
  })

  useEffect(() => {
    let frame = 0
    let missed = 0
    let came = 0
    let state: LogFeed['state'] = 'connecting'
    let reason: string | null = null
    let lostAt: number | null = null
    let first = true
    const draw = (): void => {
      if (frame !== 0) return
      frame = requestAnimationFrame(() => {
        frame = 0
        setDrawn((old) => ({ ...old, version: old.version + 1, missed, state, reason }))
      })
    }
    const say = (text: string): void => {
      lines.push({ at: new Date().toISOString(), stream: 'system', level: null, text })
      draw()
    }
    const second = setInterval(() => {
      const rate = came
      came = 0
      setDrawn((old) => (old.linesPerS === rate ? old : { ...old, linesPerS: rate }))
    }, 1000)
    const watch = setInterval(() => {
      if (live.state !== 'live' && state === 'live') {
        lostAt ??= Date.now()
        state = 'connecting'
        draw()
      }
    }, 500)
    const stop = live.subscribe(
      'logs',
      { serviceId, tail: 500 },
      {
        onEvents: (events) => {
          for (const line of events) lines.push(line)
          // History comes at once; only what was just written counts as speed.
          const lately = Date.now() - 5000
          for (const line of events) if (Date.parse(line.at) > lately) came++
          draw()
        },
        onGap: (n) => {
          missed += n
          say(`${count(n)} lines were skipped here: they came faster than this page could take them.`)
        },
        onReady: (resumed) => {
          state = 'live'
          reason = null
          if (!first && resumed)
            say(
              `Connection lost for ${duration(Date.now() - (lostAt ?? Date.now()))}. It went on where it stopped, nothing is missing.`,
            )
          if (!first && !resumed) {
            lines.clear()
            say('Connection lost for longer than lines are kept. This is the log loaded anew.')
            setDrawn((old) => ({ ...old, epoch: old.epoch + 1, prepended: 0 }))
          }
          first = false
          lostAt = null
          draw()
        },
        onEnd: (why) => {
          state = 'ended'
          reason = why
          draw()
        },
      },
    )
    return () => {
      stop()
      clearInterval(second)
      clearInterval(watch)
      cancelAnimationFrame(frame)
    }
  }, [serviceId, lines])

  const older = useCallback(async (): Promise<string | null> => {
    const first = lines.get(lines.first)
    if (lines.size >= lines.capacity * 0.9)
      return 'This page holds as many lines as it can. Download the log for all of it.'
    try {
      const until = new Date(first ? first.at : Date.now()).toISOString()
      const { lines: got } = await client.logs.tail({ id: serviceId, tail: 2000, until })
      const known = new Set<string>()
      for (let n = lines.first; n < Math.min(lines.next, lines.first + 3000); n++) {
        const line = lines.get(n)
        if (line) known.add(`${line.at}|${line.text}`)
      }
      const fresh: Line[] = got.filter((line) => !known.has(`${Date.parse(line.at)}|${line.text}`))
      if (fresh.length === 0) return 'There is nothing older.'
      const prepended = lines.prepend(fresh)
      setDrawn((old) => ({ ...old, version: old.version + 1, epoch: old.epoch + 1, prepended }))
      return null
    } catch (error) {
      return wordsFor(error).what
    }
  }, [serviceId, lines])

  return { ring: lines, ...drawn, older }
}
