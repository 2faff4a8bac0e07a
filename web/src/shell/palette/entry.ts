import type { Service } from '@wheelhouse/contract'
import type { LucideIcon } from 'lucide-react'
import type { RunnableAct } from '../../acts/words.ts'
import type { GlyphState } from '../../ui/state/glyph.tsx'

export interface Entry {
  readonly id: string
  readonly group: 'Run' | 'Go to'
  /** Prefix that shows only these: `>` commands, `@` targets, `#` stacks. */
  readonly sort: '>' | '@' | '#' | '/'
  readonly verb?: string
  readonly name: string
  readonly about: string
  /** What else it is found by, in small letters: image, id, labels, ports. */
  readonly also?: string
  readonly icon?: LucideIcon
  readonly state?: GlyphState
  readonly href?: string
  readonly service?: Service
  readonly act?: RunnableAct
  readonly command?: string
  readonly what: string
  /** Raises what probably is wanted: things that fail come first. */
  readonly weight: number
}
