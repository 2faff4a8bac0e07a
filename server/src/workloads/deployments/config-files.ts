/** A file of the config, rendered and not yet written. `path` is absolute. */
export interface RenderedFile {
  readonly app: string | null
  readonly to: string
  readonly path: string
  readonly mode: number
  readonly text: string
  readonly before: string | null
}
/** A file that was written; `backup` is a copy of what was there, null where nothing was. Both absolute. */
export interface WrittenFile {
  readonly path: string
  readonly backup: string | null
}
