import type { ITheme } from '@xterm/xterm'

/** A token as rgb: xterm reads no oklch, so one pixel is painted and read back. */
function rgb(name: string): string {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = 1
  const pen = canvas.getContext('2d', { willReadFrequently: true })
  if (!pen) return 'gray'
  pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name)
  pen.fillRect(0, 0, 1, 1)
  const [r = 0, g = 0, b = 0] = pen.getImageData(0, 0, 1, 1).data
  return ['rgb', `(${r}, ${g}, ${b})`].join('')
}

/** The sixteen colours of a terminal, each readable on the sunken ground. */
export function terminalTheme(): ITheme {
  const [ink, ink2, ink3] = [rgb('--ink'), rgb('--ink-2'), rgb('--ink-3')]
  const [red, green, yellow, blue] = [
    rgb('--failed-ink'),
    rgb('--running-ink'),
    rgb('--degraded-ink'),
    rgb('--starting-ink'),
  ]
  const [magenta, cyan] = [rgb('--code-word'), rgb('--code-key')]
  return {
    background: rgb('--sunken'),
    foreground: ink2,
    cursor: ink,
    cursorAccent: rgb('--sunken'),
    selectionBackground: rgb('--accent-soft'),
    black: ink3,
    red,
    green,
    yellow,
    blue,
    magenta,
    cyan,
    white: ink2,
    brightBlack: ink3,
    brightRed: red,
    brightGreen: green,
    brightYellow: yellow,
    brightBlue: blue,
    brightMagenta: magenta,
    brightCyan: cyan,
    brightWhite: ink,
  }
}
