import { type RefObject, useEffect, useRef, useState } from 'react'
import {
  type LineState,
  type TerminalFacts,
  type TerminalGoal,
  TerminalLine,
  type Viewers,
} from '../../../api/terminal.ts'
import { bytes } from '../../../ui/format/number.ts'
import { toast } from '../../../ui/overlay/toast.tsx'
import { Screen } from './screen.ts'

const noticeMs = 8_000

export interface ShownTerminal {
  readonly box: RefObject<HTMLDivElement | null>
  readonly state: LineState
  readonly facts: TerminalFacts | null
  readonly viewers: Viewers | null
  readonly writes: boolean
  /** Such as 120 × 32. */
  readonly size: string
  /** What has just happened, for a moment. */
  readonly notice: string
  ask(on: boolean): void
  share(on: boolean): void
}

/** Draws a terminal into a box for as long as it is shown. Another `goal` is another terminal. */
export function useTerminal(
  goal: TerminalGoal,
  onOpened: (facts: TerminalFacts) => void,
  onOver: ((code: string | null) => void) | undefined,
): ShownTerminal {
  const box = useRef<HTMLDivElement>(null)
  const line = useRef<TerminalLine | null>(null)
  const heard = useRef({ onOpened, onOver })
  useEffect(() => {
    heard.current = { onOpened, onOver }
  })
  const [state, setState] = useState<LineState>({ phase: 'opening' })
  const [facts, setFacts] = useState<TerminalFacts | null>(null)
  const [viewers, setViewers] = useState<Viewers | null>(null)
  const [size, setSize] = useState('')
  const [notice, setNotice] = useState('')

  useEffect(() => {
    const element = box.current
    if (!element) return undefined
    const screen = new Screen(element, {
      onTyped: (typed) => line.current?.type(typed),
      onFitted: (columns, rows) => {
        setSize(`${columns} × ${rows}`)
        line.current?.resize(columns, rows)
      },
    })
    const { columns, rows } = screen.size()
    setSize(`${columns} × ${rows}`)
    setState({ phase: 'opening' })
    setViewers(null)
    const link = new TerminalLine(goal, {
      size: () => screen.size(),
      onState: (now) => {
        setState(now)
        if (now.phase === 'over') heard.current.onOver?.(now.code)
      },
      onOpened: (terminal, { writes, again, anew, missed }) => {
        if (anew) screen.terminal.reset()
        screen.setWrites(writes)
        setFacts(terminal)
        heard.current.onOpened(terminal)
        // One's own, come back to; a visitor has not been here before.
        if (again || (goal.kind === 'join' && goal.writes))
          setNotice(missed > 0 && again ? `Joined again; ${bytes(missed)} are lost` : 'Joined again')
      },
      onBytes: (data) => screen.terminal.write(data),
      onGap: (missed) => {
        screen.terminal.reset()
        setNotice(`${bytes(missed)} came too fast for this page`)
      },
      onViewers: (told) => {
        setViewers(told)
        screen.setWrites(told.viewers.find((one) => one.you)?.writes ?? false)
      },
      onSize: (width, height) => {
        screen.resizeTo(width, height)
        setSize(`${width} × ${height}`)
      },
      onRefused: (told) => void toast({ state: 'failed', title: 'Not allowed', detail: told }),
    })
    line.current = link
    return () => {
      line.current = null
      link.close()
      screen.dispose()
    }
  }, [goal])

  useEffect(() => {
    if (notice === '') return undefined
    const timer = setTimeout(() => setNotice(''), noticeMs)
    return () => clearTimeout(timer)
  }, [notice])

  return {
    box,
    state,
    facts,
    viewers,
    writes: viewers?.viewers.find((one) => one.you)?.writes ?? goal.kind === 'open',
    size,
    notice,
    ask: (on) => line.current?.ask(on),
    share: (on) => line.current?.share(on),
  }
}
