/**
 * A sealed window: many series over the same points, never changed once it is there. `seqFrom` to `seqTo` are the numbers of what was
 * sealed into it, in the order it came; a window stands for all of its tier that lie within its numbers.
 */
export interface Window {
  readonly tierMs: number
  readonly seqFrom: number
  readonly seqTo: number
  /** The earliest and the latest time in it, epoch ms. */
  readonly from: number
  readonly to: number
  readonly points: number
  readonly bytes: number
}

export interface OpenWindow {
  /** Fewer bytes than asked for where the window ends before. */
  read(offset: number, length: number): Promise<Uint8Array>
  close(): Promise<void>
}

/** Where windows lie. One writer, any number of readers. */
export interface ChunkKeeper {
  /** What there is. Half-written windows are not, and are cleared away when the writer lists. */
  list(): Promise<Window[]>
  /** Keeps a window whole or not at all, and so that it outlives a crash of the machine. Throws what the disk says. */
  put(window: Omit<Window, 'bytes'>, pieces: AsyncIterable<Uint8Array>): Promise<Window>
  /** Null where it has been removed. */
  open(window: Window): Promise<OpenWindow | null>
  /** Gives its room back at once. */
  remove(window: Window): Promise<void>
}

export const windowName = ({ seqFrom, seqTo, from, to, points }: Omit<Window, 'bytes'>): string =>
  [seqFrom, seqTo, from, to, points].join('_')

/** Whether one stands for the other, which is then not needed. */
export const covers = (one: Window, other: Window): boolean =>
  one.tierMs === other.tierMs &&
  one.seqFrom <= other.seqFrom &&
  one.seqTo >= other.seqTo &&
  (one.seqFrom < other.seqFrom || one.seqTo > other.seqTo)

/** Windows in the order their points came, without those that others stand for. */
export function standing(windows: readonly Window[]): Window[] {
  const kept: Window[] = []
  for (const window of windows.toSorted((a, b) => a.seqFrom - b.seqFrom || b.seqTo - a.seqTo))
    if (kept.length === 0 || !covers(kept.at(-1)!, window)) kept.push(window)
  return kept
}
