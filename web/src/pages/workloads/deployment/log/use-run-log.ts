import type { DeploymentLine } from '@wheelhouse/contract'
import { useEffect, useMemo, useRef, useState } from 'react'
import { client } from '../../../../api/client.ts'
import { answered, takeDeployment } from '../../../../api/deployments.ts'
import { live } from '../../../../api/live.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { type Line, LogRing } from '../../../../ui/log/ring.ts'
import { stageTitle } from '../../deployments/words.ts'
import { beginsStage, type LineFilter, LineOrder, passes } from './line-order.ts'

const pageSize = 5_000

export interface RunLog {
  readonly ring: LogRing
  readonly version: number
  readonly epoch: number
  /** Loading the past, following, or stopped with a reason. */
  readonly state: 'loading' | 'live' | 'connecting' | 'failed'
  readonly reason: string | null
  retry(): void
}

const dim = (text: string): string => `\u001b[2m${text}\u001b[0m`

/** A line as the log shows it: the app or service it is about stands dim before the text. */
function shown(line: DeploymentLine, filter: LineFilter): Line {
  const about = line.task !== null && filter.task === '' ? dim(`${line.task.padEnd(12)} `) : ''
  return {
    at: line.at,
    stream: line.stream === 'system' ? 'stdout' : line.stream,
    level: line.stream === 'system' ? 'info' : null,
    text: about + line.text,
  }
}

/**
 * What a run prints: the past by asking, what comes by the channel, in one order. After a drop only what is missing is
 * asked for; a reload starts the same way.
 */
export function useRunLog(id: string, filter: LineFilter): RunLog {
  const order = useRef(new LineOrder())
  const current = useRef(filter)
  current.current = filter
  const [drawn, setDrawn] = useState({
    version: 0,
    epoch: 0,
    state: 'loading' as RunLog['state'],
    reason: null as string | null,
  })
  const [tries, setTries] = useState(0)
  const ring = useMemo(() => new LogRing(), [])
  const lastShown = useRef<DeploymentLine>(undefined)

  const push = (lines: readonly DeploymentLine[]): void => {
    for (const line of lines) {
      if (!passes(line, current.current)) continue
      if (current.current.stage === '' && beginsStage(line, lastShown.current))
        ring.push({ at: line.at, stream: 'system', level: null, text: stageTitle(line.stage) })
      ring.push(shown(line, current.current))
      lastShown.current = line
    }
  }
  const rebuild = (): void => {
    ring.clear()
    lastShown.current = undefined
    push(order.current.all)
  }

  useEffect(() => {
    rebuild()
    setDrawn((old) => ({ ...old, version: old.version + 1, epoch: old.epoch + 1 }))
  }, [filter.stage, filter.task])

  useEffect(() => {
    const lines = new LineOrder()
    order.current = lines
    let frame = 0
    const left = new AbortController()
    let loading: Promise<void> | null = null
    let again = false
    let epoch = 0
    let state: RunLog['state'] = 'loading'
    let reason: string | null = null
    rebuild()
    const draw = (): void => {
      if (frame !== 0) return
      frame = requestAnimationFrame(() => {
        frame = 0
        const grown = epoch
        epoch = 0
        setDrawn((old) => ({ version: old.version + 1, epoch: old.epoch + grown, state, reason }))
      })
    }
    const take = (batch: readonly DeploymentLine[]): void => {
      const { change, fresh } = lines.add(batch)
      if (change === 'appended') push(fresh)
      if (change === 'inserted') {
        rebuild()
        epoch = 1
      }
      if (change !== 'none') draw()
    }
    /** Everything after what is known without a hole. */
    let whole = 0
    const load = async (): Promise<void> => {
      try {
        for (let more = true; more && !left.signal.aborted;) {
          const page = await client.deployments.log({ id, after: whole, limit: pageSize }, left)
          take(page.items)
          more = page.more && page.last > whole
          whole = Math.max(whole, page.last)
        }
        state = live.state === 'live' ? 'live' : 'connecting'
        reason = null
      } catch (error) {
        state = 'failed'
        reason = wordsFor(error).what
      }
      if (!left.signal.aborted) draw()
    }
    const fill = (): void => {
      if (loading) {
        again = true
        return
      }
      loading = load().finally(() => {
        loading = null
        if (!again || left.signal.aborted) return
        again = false
        fill()
      })
    }
    /** After a hole the run itself may have moved on unheard, too. */
    const catchUp = (): void => {
      fill()
      // Whether the run can be had at all, its page tells.
      answered(id, () => client.deployments.get({ id })).catch(() => undefined)
    }
    fill()
    const stop = live.subscribe(
      'deployments',
      { deploymentId: id },
      {
        onEvents: (frames) => {
          take(frames.flatMap((each) => (each.kind === 'line' && each.deploymentId === id ? [each.line] : [])))
          for (const each of frames) if (each.kind === 'deployment') takeDeployment(each.deployment)
        },
        // Where the stream had a hole, the past is asked for from the last place that is surely whole.
        onGap: catchUp,
        onReady: catchUp,
        onEnd: (why) => {
          state = 'connecting'
          reason = why
          draw()
        },
      },
    )
    const watch = setInterval(() => {
      const next = live.state === 'live' ? 'live' : 'connecting'
      if ((state === 'live' || state === 'connecting') && state !== next && reason === null) {
        state = next
        draw()
      }
    }, 500)
    return () => {
      left.abort()
      stop()
      clearInterval(watch)
      cancelAnimationFrame(frame)
    }
  }, [id, tries])

  return { ring, ...drawn, retry: () => setTries((n) => n + 1) }
}
