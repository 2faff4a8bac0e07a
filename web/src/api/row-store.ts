import { useSyncExternalStore } from 'react'

type Schedule = (run: () => void) => void
const nextFrame: Schedule = (run) =>
  typeof requestAnimationFrame === 'undefined' || document.hidden
    ? void setTimeout(run, 16)
    : void requestAnimationFrame(run)

/** Rows by id. Changes land at once; listeners hear of them once a frame, however many there were. */
export class RowStore<T extends { readonly id: string }> {
  readonly #rows = new Map<string, T>()
  readonly #listeners = new Set<() => void>()
  readonly #schedule: Schedule
  #all: readonly T[] = []
  #dirty = false
  #planned = false

  constructor(schedule: Schedule = nextFrame) {
    this.#schedule = schedule
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Every row. The same array until something changes. */
  readonly all = (): readonly T[] => {
    if (this.#dirty) {
      this.#all = [...this.#rows.values()]
      this.#dirty = false
    }
    return this.#all
  }

  get(id: string): T | undefined {
    return this.#rows.get(id)
  }

  set(row: T): void {
    this.#rows.set(row.id, row)
    this.#changed()
  }

  remove(id: string): void {
    if (this.#rows.delete(id)) this.#changed()
  }

  /** Puts a whole list in place of what was there. */
  reset(rows: readonly T[]): void {
    this.#rows.clear()
    for (const row of rows) this.#rows.set(row.id, row)
    this.#changed()
  }

  #changed(): void {
    this.#dirty = true
    if (this.#planned) return
    this.#planned = true
    this.#schedule(() => {
      this.#planned = false
      for (const listener of this.#listeners) listener()
    })
  }
}

export const useRows = <T extends { readonly id: string }>(store: RowStore<T>): readonly T[] =>
  useSyncExternalStore(store.subscribe, store.all)

export const useRow = <T extends { readonly id: string }>(store: RowStore<T>, id: string): T | undefined =>
  useSyncExternalStore(store.subscribe, () => store.get(id))
