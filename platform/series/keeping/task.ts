import type { Window } from './chunk-keeper.ts'

/** Work on what is kept that takes long, and that another thread does. Done again after a crash it gives the same. */
export type Task =
  | { readonly kind: 'seal'; readonly tierMs: number; readonly seq: number; readonly ticks: readonly Uint8Array[] }
  | { readonly kind: 'pack'; readonly windows: readonly Window[] }
  | { readonly kind: 'roll'; readonly window: Window; readonly stepMs: number }

/** What a task made: null where nothing of what it read was whole. */
export interface Made {
  readonly window: Window | null
  readonly broken: number
}
