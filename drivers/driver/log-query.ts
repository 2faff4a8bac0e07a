/** What is asked of a log. Times are ISO 8601 UTC. */
export interface LogQuery {
  /** Lines from the end; null for all. */
  readonly tail: number | null
  readonly since: string | null
  readonly until: string | null
  readonly follow: boolean
}
