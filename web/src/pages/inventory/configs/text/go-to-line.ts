/** Puts the caret of the editor inside `box` at the start of a line, counted from 1, and brings it into sight. */
export function goToLine(box: HTMLElement | null, line: number): void {
  const area = box?.querySelector('textarea')
  const mark = box?.querySelectorAll('.gutter > div')[line - 1]
  mark?.scrollIntoView({ block: 'center' })
  if (!area) return
  const lines = area.value.split('\n')
  const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0)
  area.focus({ preventScroll: true })
  area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0))
}
