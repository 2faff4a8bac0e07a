import type { Client } from '@wheelhouse/client'
import type { Column } from '../presentation/table.ts'

export interface Filters {
  label?: string
  state?: string
  environment?: string
  target?: string
  stack?: string
  query?: string
  kind?: string
  sort?: string
  type?: string
  severity?: string
  service?: string
  node?: string
  since?: string
  role?: string
  tag?: string
  use?: string
  all?: boolean
  limit?: number
}
export type Filter = keyof Filters

export interface Page<T> {
  items: T[]
  nextCursor?: string | null
  total?: number
}

/** A thing that can be listed. `history`: grows for ever, so a list shows its newest page only. */
export interface Noun<T> {
  readonly name: string
  readonly aliases: readonly string[]
  readonly filters: readonly Filter[]
  readonly columns: readonly Column<T>[]
  readonly history?: true
  readonly empty: string
  /** What else is to be said of a list, to people. */
  notes?(
    page: Page<T>,
    client: Client,
    query: Readonly<Record<string, unknown>>,
  ): readonly string[] | Promise<readonly string[]>
  list(client: Client, query: Record<string, unknown>): Promise<Page<T>>
  one(client: Client, name: string, filters: Filters): Promise<T>
  key(row: T): string
  /** What stands for it with `-o name` when its key is not unique. */
  id(row: T): string
}
