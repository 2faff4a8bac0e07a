import { useEffect, useState } from 'react'

/** A number that changes with the theme: what is drawn on a canvas has to be drawn anew then. */
export function useTheme(): number {
  const [theme, setTheme] = useState(0)
  useEffect(() => {
    const redraw = (): void => setTheme((n) => n + 1)
    const watcher = new MutationObserver(redraw)
    watcher.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    const media = window.matchMedia('(prefers-color-scheme: dark)')
    media.addEventListener('change', redraw)
    return () => {
      watcher.disconnect()
      media.removeEventListener('change', redraw)
    }
  }, [])
  return theme
}
