import { useEffect, useRef } from 'react'

export interface Binding {
  /** Such as `r`, `shift+t`, `mod+k`, `g o`, `escape`. */
  readonly keys: string
  readonly label: string
  readonly run: () => void
}
interface Layer {
  readonly scope: string
  readonly bindings: () => readonly Binding[]
}

const layers: Layer[] = []
let singleKeys = true
let leader = 0

/** Letters typed for a field that is still on its way; null when none is. */
let held: string | null = null
let heldUntil = 0
const longestHoldMs = 3_000

/** From now on letters are kept instead of acting: whoever types on after opening a field means the field. */
export function holdLetters(): void {
  held = ''
  heldUntil = Date.now() + longestHoldMs
}

/** What was typed since, for the field that has come. */
export function takeLetters(): string {
  const letters = held ?? ''
  held = null
  return letters
}

/** Single letters can be turned off (WCAG 2.1.4). */
export const allowSingleKeys = (allowed: boolean): void => void (singleKeys = allowed)

/** Every binding in force, nearest layer first, for the page of keys. */
export const bindingsInForce = (): { scope: string; bindings: readonly Binding[] }[] =>
  layers.toReversed().map((layer) => ({ scope: layer.scope, bindings: layer.bindings() }))

/** The name of a key press in the form bindings use. */
export function chordOf(event: Pick<KeyboardEvent, 'key' | 'metaKey' | 'ctrlKey' | 'shiftKey' | 'altKey'>): string {
  const key = event.key === ' ' ? 'space' : event.key.toLowerCase()
  const letter = /^[a-z]$/.test(key) || key.length > 1
  const parts = [
    (event.metaKey || event.ctrlKey) && 'mod',
    event.altKey && 'alt',
    event.shiftKey && letter && 'shift',
    key,
  ]
  return parts.filter(Boolean).join('+')
}

function inField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return (
    target.isContentEditable ||
    (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !target.classList.contains('check'))
  )
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return
  const chord = chordOf(event)
  const modified = chord.startsWith('mod+')
  if (held !== null && Date.now() > heldUntil) held = null
  if (held !== null && event.key.length === 1 && !modified) {
    held += event.key
    event.preventDefault()
    return
  }
  if (inField(event.target) && !modified) return
  if (!modified && document.querySelector('[role="dialog"], [role="menu"]')) return
  if (!singleKeys && !modified && /^(shift\+)?.$/.test(chord)) return
  const sequence = Date.now() - leader < 1200 ? `g ${chord}` : null
  leader = 0
  for (const layer of layers.toReversed()) {
    const hit = layer.bindings().find((binding) => binding.keys === (sequence ?? chord))
    if (!hit) continue
    event.preventDefault()
    hit.run()
    return
  }
  if (chord === 'g' && sequence === null) leader = Date.now()
}

/** Puts a layer of keys in force while the component is shown; the last layer wins. */
export function useKeys(scope: string, bindings: readonly Binding[]): void {
  const latest = useRef(bindings)
  latest.current = bindings
  useEffect(() => {
    if (layers.length === 0) window.addEventListener('keydown', onKey)
    const layer: Layer = { scope, bindings: () => latest.current }
    layers.push(layer)
    return () => {
      layers.splice(layers.indexOf(layer), 1)
      if (layers.length === 0) window.removeEventListener('keydown', onKey)
    }
  }, [scope])
}

const shown: Record<string, string> = {
  mod: /Mac|iP/.test(globalThis.navigator?.platform ?? '') ? '⌘' : 'Ctrl',
  shift: '⇧',
  alt: '⌥',
  escape: 'Esc',
  enter: '↵',
  space: 'Space',
  arrowup: '↑',
  arrowdown: '↓',
}
/** A binding as caps: `mod+k` reads ⌘ K. */
export const caps = (keys: string): string[] => keys.split(/[ +]/).map((key) => shown[key] ?? key.toUpperCase())
