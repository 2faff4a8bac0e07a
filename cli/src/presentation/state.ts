import type { Look, Paint } from './look.ts'
import type { Cell } from './table.ts'

type Shape = readonly [glyph: string, ascii: string, paint: Paint]

/** Every state that is shown, by its word: a shape as well as a colour, so that neither is needed alone. */
const shapes: Record<string, Shape> = {
  running: ['●', '*', 'green'],
  starting: ['◐', '~', 'blue'],
  degraded: ['▲', '!', 'yellow'],
  failed: ['◆', 'x', 'red'],
  paused: ['‖', '=', 'cyan'],
  stopped: ['□', '-', 'dim'],
  unknown: ['◌', '?', 'dim'],
  ready: ['●', '*', 'green'],
  down: ['◆', 'x', 'red'],
  disconnected: ['◆', 'x', 'red'],
  pending: ['○', 'o', 'yellow'],
  assigned: ['◐', '~', 'blue'],
  accepted: ['◐', '~', 'blue'],
  preparing: ['◐', '~', 'blue'],
  rejected: ['◆', 'x', 'red'],
  shutdown: ['□', '-', 'dim'],
  orphaned: ['◌', '?', 'red'],
  connected: ['●', '*', 'green'],
  connecting: ['◐', '~', 'blue'],
  unreachable: ['◆', 'x', 'red'],
  healthy: ['●', '*', 'green'],
  unhealthy: ['▲', '!', 'red'],
  queued: ['○', 'o', 'dim'],
  succeeded: ['✓', '+', 'green'],
  cancelled: ['⊘', '/', 'dim'],
  waiting: ['·', '.', 'dim'],
  done: ['✓', '+', 'green'],
  skipped: ['–', '-', 'dim'],
  refused: ['▲', '!', 'yellow'],
  approval: ['‖', '=', 'cyan'],
  undoing: ['↺', '<', 'yellow'],
  undone: ['↺', '<', 'yellow'],
  'undo-failed': ['◆', 'x', 'red'],
  'rolling-back': ['↺', '<', 'yellow'],
  'rolled-back': ['↺', '<', 'yellow'],
  abandoned: ['◌', '?', 'red'],
  complete: ['✓', '+', 'green'],
  damaged: ['◆', 'x', 'red'],
  candidate: ['◐', '~', 'blue'],
  serving: ['●', '*', 'green'],
  good: ['✓', '+', 'green'],
  bad: ['◆', 'x', 'red'],
  ok: ['●', '*', 'green'],
  valid: ['✓', '+', 'green'],
  expiring: ['▲', '!', 'yellow'],
  expired: ['◆', 'x', 'red'],
  'not-yet': ['○', 'o', 'dim'],
  info: ['·', '.', 'dim'],
  warning: ['▲', '!', 'yellow'],
  error: ['◆', 'x', 'red'],
}

/** `● running` on a terminal, `running` in a pipe. */
export function stateCell(state: string, look: Look, word: string = state): Cell {
  const shape = shapes[state] ?? (['·', '.', 'dim'] as const)
  const text = look.glyphs ? `${look.unicode ? shape[0] : shape[1]} ${word}` : word
  return { text, paint: shape[2] }
}

/** The glyph alone, for the lines of a running job. */
export function glyph(state: string, look: Look): Cell {
  const shape = shapes[state] ?? (['·', '.', 'dim'] as const)
  return { text: look.unicode ? shape[0] : shape[1], paint: shape[2] }
}
