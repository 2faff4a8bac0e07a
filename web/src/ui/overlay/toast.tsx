import { X } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { Button } from '../control/button.tsx'
import { Glyph, type GlyphState } from '../state/glyph.tsx'
import { Progress } from '../state/meter.tsx'

export interface Toast {
  readonly id: number
  readonly state: GlyphState
  readonly title: string
  readonly detail?: string | undefined
  /** 0 to 1 while it runs. */
  readonly progress?: number | undefined
  readonly action?: { readonly label: string; readonly hint?: string; readonly run: () => void } | undefined
  /** Errors and work in progress stay until closed or replaced. */
  readonly stays?: boolean
}

let toasts: readonly Toast[] = []
let last = 0
const listeners = new Set<() => void>()
const timers = new Map<number, ReturnType<typeof setTimeout>>()

function publish(next: readonly Toast[]): void {
  toasts = next
  for (const listener of listeners) listener()
}

export function closeToast(id: number): void {
  clearTimeout(timers.get(id))
  timers.delete(id)
  publish(toasts.filter((toast) => toast.id !== id))
}

/** Shows a result; three at most, six seconds. Passing an `id` replaces that toast. */
export function toast(content: Omit<Toast, 'id'>, id = ++last): number {
  const known = toasts.some((each) => each.id === id)
  const entry = { ...content, id }
  publish(known ? toasts.map((each) => (each.id === id ? entry : each)) : [...toasts, entry].slice(-3))
  clearTimeout(timers.get(id))
  if (!content.stays)
    timers.set(
      id,
      setTimeout(() => closeToast(id), 6000),
    )
  return id
}

/** Runs the action of the newest toast that has one, for the key Z. */
export function runToastAction(): void {
  const hit = toasts.toReversed().find((each) => each.action)
  if (!hit) return
  hit.action?.run()
  closeToast(hit.id)
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => toasts)
  return (
    <div className="toasts">
      {shown.map((each) => (
        <div
          key={each.id}
          className={`toast ${each.state === 'failed' ? 'bad' : ''}`}
          role={each.state === 'failed' ? 'alert' : 'status'}
        >
          <Glyph state={each.state} />
          <div className="grow min-w-0">
            <div className="text-ink break-words">{each.title}</div>
            {each.detail && <div className="meta break-words">{each.detail}</div>}
            {each.progress !== undefined && (
              <div className="flex pt-2">
                <Progress value={each.progress} label={each.title} />
              </div>
            )}
          </div>
          {each.action && (
            <Button
              hint={each.action.hint}
              onClick={() => {
                each.action?.run()
                closeToast(each.id)
              }}
            >
              {each.action.label}
            </Button>
          )}
          {each.stays && (
            <button
              type="button"
              className="text-ink-3 self-start pt-0.5"
              aria-label="Close"
              onClick={() => closeToast(each.id)}
            >
              <X className="icon-s" aria-hidden />
            </button>
          )}
        </div>
      ))}
    </div>
  )
}
