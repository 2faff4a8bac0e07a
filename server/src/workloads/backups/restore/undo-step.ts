/** One change of a restore or drill, written down before it is made. To take it back twice does no harm. */
export type UndoStep =
  /** `aside` is where the former file is; null where there was none. */
  | { readonly kind: 'file'; readonly path: string; readonly aside: string | null }
  /** Something of our own that only has to go. */
  | { readonly kind: 'litter'; readonly path: string }
  | { readonly kind: 'scratch'; readonly database: DatabaseName; readonly scratch: string }
  /** PostgreSQL: the former database under another name; null where there was none. */
  | { readonly kind: 'renamed'; readonly database: DatabaseName; readonly aside: string | null }
  /** MySQL: a dump of the former database, sealed; null where there was none. */
  | { readonly kind: 'reloaded'; readonly database: DatabaseName; readonly dump: string | null }
  /** A tar of the former volume, sealed. */
  | { readonly kind: 'volume'; readonly targetId: string; readonly volume: string; readonly tar: string }

export interface DatabaseName {
  readonly name: string
  readonly engine: 'mysql' | 'postgres'
}
