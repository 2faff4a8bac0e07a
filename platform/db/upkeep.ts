/** What keeps a database in good order. Everything long runs beside the requests, not in their way. */
export interface Upkeep {
  /** Bytes of the write-ahead log and of pages that hold nothing; null where the kind has none. */
  figures(): Promise<{ readonly walBytes: number | null; readonly freeBytes: number | null }>
  /** Reads all of it; answers what is wrong with it, at most 100 sentences, none where it is whole. */
  check(signal?: AbortSignal): Promise<string[]>
  /** Gives back what deleted rows left, and lets queries be planned by what is there now. */
  compact(progress: (fraction: number) => void): Promise<void>
  /** Rows by table, by name. */
  rows(): Promise<Record<string, number>>
  /** Writes one consistent copy into a file that is not there yet, while others read and write; null where the kind has no such copy. */
  readonly copy: ((path: string) => Promise<void>) | null
}
