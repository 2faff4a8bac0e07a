/** What a check found about a text. Lines and columns count from 1; without a line it is about the whole. */
export interface Remark {
  readonly line: number | null
  readonly column?: number | null
  readonly message: string
  readonly severity: 'error' | 'warning'
}

/** What a page can ask of an editor that stands in it. */
export interface EditorHandle {
  /** Takes the focus, marks the line from the column on, and brings it into sight. */
  goTo(line: number, column?: number | null): void
}
