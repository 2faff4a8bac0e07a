import type { ServiceAct } from '@wheelhouse/contract/workloads/states'
import {
  FileText,
  type LucideIcon,
  OctagonX,
  Pause,
  PenLine,
  Play,
  RotateCw,
  Square,
  SquareTerminal,
  Trash2,
} from 'lucide-react'

/** Acts that run by a click or key; `exec` opens the terminal instead. */
export type RunnableAct = Exclude<ServiceAct, 'exec'>

interface ActWords {
  readonly verb: string
  readonly doing: string
  readonly done: string
  readonly icon: LucideIcon
  readonly key?: string
  /** The act that takes it back. */
  readonly undo?: RunnableAct
  /** A dialog comes first. */
  readonly asks?: boolean
  readonly danger?: boolean
}

export const actWords: Record<RunnableAct, ActWords> = {
  start: { verb: 'Start', doing: 'Starting', done: 'started', icon: Play, undo: 'stop' },
  stop: { verb: 'Stop', doing: 'Stopping', done: 'stopped', icon: Square, key: 's', undo: 'start' },
  restart: { verb: 'Restart', doing: 'Restarting', done: 'restarted', icon: RotateCw, key: 'r' },
  pause: { verb: 'Pause', doing: 'Pausing', done: 'paused', icon: Pause, undo: 'resume' },
  resume: { verb: 'Resume', doing: 'Resuming', done: 'resumed', icon: Play, undo: 'pause' },
  kill: { verb: 'Kill', doing: 'Killing', done: 'sent a signal', icon: OctagonX, asks: true, danger: true },
  rename: { verb: 'Rename', doing: 'Renaming', done: 'renamed', icon: PenLine, asks: true },
  remove: { verb: 'Remove', doing: 'Removing', done: 'removed', icon: Trash2, asks: true, danger: true },
}
export const actOrder: readonly RunnableAct[] = [
  'start',
  'resume',
  'restart',
  'stop',
  'pause',
  'rename',
  'kill',
  'remove',
]
export const logsIcon = FileText
export const terminalIcon = SquareTerminal

/** "Restart" or, where a dialog follows, "Remove…". */
export const labelOf = (act: RunnableAct): string =>
  actWords[act].asks ? `${actWords[act].verb}…` : actWords[act].verb
