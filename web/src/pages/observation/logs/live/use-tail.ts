import type { ChannelParams } from '@wheelhouse/contract'
import { useEffect, useRef, useState } from 'react'
import { live } from '../../../../api/live.ts'
import { duration } from '../../../../ui/format/age.ts'
import { count } from '../../../../ui/format/number.ts'
import { LogRing } from '../../../../ui/log/ring.ts'

export interface TailFeed {
  readonly ring: LogRing
  readonly version: number
  readonly epoch: number
  readonly linesPerS: number
  readonly missed: number
  readonly state: 'connecting' | 'live' | 'ended'
  readonly reason: string | null
}

/**
 * The lines of many services, merged by time, into one bounded ring. It takes them in also while somebody reads on above: what leaves the
 * ring meanwhile is told.
 */
export function useTail(params: ChannelParams<'tail'>): TailFeed {
  const ring = useRef<LogRing>(null)
  ring.current ??= new LogRing()
  const lines = ring.current
  const [drawn, setDrawn] = useState({
    version: 0,
    epoch: 0,
    linesPerS: 0,
    missed: 0,
    state: 'connecting' as TailFeed['state'],
    reason: null as string | null,
  })
  const key = JSON.stringify(params)

  useEffect(() => {
    let frame = 0
    let missed = 0
    let came = 0
    let state: TailFeed['state'] = 'connecting'
    let reason: string | null = null
    let lostAt: number | null = null
    let isFirst = true
    const draw = (): void => {
      if (frame !== 0) return
      frame = requestAnimationFrame(() => {
        frame = 0
        setDrawn((old) => ({ ...old, version: old.version + 1, missed, state, reason }))
      })
    }
    const anew = (): void => {
      lines.clear()
      setDrawn((old) => ({ ...old, epoch: old.epoch + 1, version: old.version + 1 }))
    }
    const say = (text: string): void => {
      lines.push({ at: new Date().toISOString(), stream: 'system', level: null, text })
      draw()
    }
    anew()
    const second = setInterval(() => {
      const rate = came
      came = 0
      if (live.state !== 'live' && state === 'live') {
        lostAt ??= Date.now()
        state = 'connecting'
        draw()
      }
      setDrawn((old) => (old.linesPerS === rate ? old : { ...old, linesPerS: rate }))
    }, 1000)
    const stop = live.subscribe('tail', JSON.parse(key) as ChannelParams<'tail'>, {
      onEvents: (frames) => {
        const lately = Date.now() - 5000
        for (const each of frames) {
          if (each.kind === 'missed') {
            missed += each.lines
            say(`${count(each.lines)} lines of ${each.service} came too fast to be shown live. The search has them.`)
            continue
          }
          lines.push({ ...each, task: each.service })
          if (Date.parse(each.at) > lately) came++
        }
        draw()
      },
      onGap: (n) => {
        missed += n
        say(
          `${count(n)} lines were skipped here: they came faster than this page could take them. The search has them.`,
        )
      },
      onReady: (resumed) => {
        state = 'live'
        reason = null
        if (!isFirst && resumed)
          say(`Connection lost for ${duration(Date.now() - (lostAt ?? Date.now()))}. It went on where it stopped.`)
        if (!isFirst && !resumed) {
          anew()
          say('Connection lost for longer than lines are held. These are the last lines anew.')
        }
        isFirst = false
        lostAt = null
        draw()
      },
      onEnd: (why) => {
        state = 'ended'
        reason = why
        draw()
      },
    })
    return () => {
      stop()
      clearInterval(second)
      cancelAnimationFrame(frame)
    }
  }, [key, lines])

  return { ring: lines, ...drawn }
}
