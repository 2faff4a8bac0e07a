/** Shared short-lived values: locks, tickets, counters, caches. Values are JSON; a time to live is in milliseconds. */
export interface State {
  readonly kind: 'memory' | 'redis'
  get<T>(key: string): Promise<T | null>
  set(key: string, value: unknown, ttlMs?: number): Promise<void>
  /** Sets only where there is nothing; true when it did. */
  add(key: string, value: unknown, ttlMs?: number): Promise<boolean>
  /** Sets only where the value still equals `expected` (JSON equality, null for absent); true when it did. */
  compareAndSet(key: string, expected: unknown, value: unknown, ttlMs?: number): Promise<boolean>
  /** Reads and deletes in one step: a ticket is used once. */
  take<T>(key: string): Promise<T | null>
  delete(key: string): Promise<boolean>
  /** Adds to a counter; the time to live starts with the first add. */
  increment(key: string, by?: number, ttlMs?: number): Promise<number>
  /** What is left of a key's time to live; null where there is none or no such key. */
  ttlMs(key: string): Promise<number | null>
  keys(prefix: string): Promise<string[]>
  snapshot(prefix: string): Promise<Record<string, { value: unknown; ttlMs: number | null }>>
  restore(entries: Record<string, { value: unknown; ttlMs: number | null }>): Promise<void>
  /** The cached value, or what `make` answers; callers at the same time share one `make`. */
  remember<T>(key: string, ttlMs: number, make: () => Promise<T>): Promise<T>
  close(): Promise<void>
}
