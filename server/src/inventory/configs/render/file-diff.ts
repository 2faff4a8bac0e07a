import type { FileDiff } from '@wheelhouse/contract'
import { createTwoFilesPatch } from 'diff'
import { maskPair } from './mask-text.ts'
import type { RenderedFile } from './render.ts'

/** The unified diff of two texts that are masked already; empty when they are equal. */
export function unified(beforeName: string, afterName: string, before: string, after: string): string {
  if (before === after) return ''
  const patch = createTwoFilesPatch(beforeName, afterName, before, after, undefined, undefined, { context: 3 })
  return patch.replace(/^(?:Index: .*\n)?=+\n/, '')
}

const octal = (mode: number): string => mode.toString(8).padStart(4, '0')

function verbOf({ before, text, mode, beforeMode }: RenderedFile): FileDiff['verb'] {
  if (before === null) return 'create'
  return before === text && beforeMode === mode ? 'keep' : 'change'
}

function diffOne(file: RenderedFile): FileDiff {
  const { app, path, to } = file
  const verb = verbOf(file)
  if (verb === 'keep') return { path, app, verb, diff: '' }
  const masked = maskPair(file.before, file.text, { keys: new Set(file.secrets.keys), values: file.secrets.values })
  const modes =
    file.beforeMode !== null && file.beforeMode !== file.mode
      ? `old mode ${octal(file.beforeMode)}\nnew mode ${octal(file.mode)}\n`
      : ''
  const patch = unified(verb === 'create' ? '/dev/null' : to, to, masked.before, masked.after)
  return { path, app, verb, diff: modes + patch }
}

/** What writing these files would change, every secret masked. */
export const diffOf = (rendered: readonly RenderedFile[]): FileDiff[] => rendered.map(diffOne)
