import type { ClipboardEvent } from 'react'

/** Copied lines carry ISO times in UTC, whatever clock the page shows. */
export function copyWithTimes(event: ClipboardEvent): void {
  const selection = window.getSelection()
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return
  const range = selection.getRangeAt(0)
  const rows = [...document.querySelectorAll('.log-line')].filter((row) => range.intersectsNode(row))
  if (rows.length < 2) return
  const text = rows.map((row) =>
    `${row.querySelector('time')?.dateTime ?? ''} ${row.querySelector('.text')?.textContent ?? ''}`.trim(),
  )
  event.clipboardData.setData('text/plain', text.join('\n'))
  event.preventDefault()
}
