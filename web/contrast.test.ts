import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

// WCAG contrast of the tokens, in both themes. A colour that fails here fails someone who reads it.
const css = readFileSync(new URL('./src/ui/tokens.css', import.meta.url), 'utf8')
const root = css.slice(0, css.indexOf('@media (prefers-contrast'))
const found = [...root.matchAll(/--([\w-]+):\s*light-dark\(\s*(oklch\([^)]*\)),\s*(oklch\([^)]*\))\s*\)/g)]
const light = new Map(found.map((m) => [m[1] ?? '', m[2] ?? '']))
const dark = new Map(found.map((m) => [m[1] ?? '', m[3] ?? '']))

/** oklch to linear sRGB, by the matrices of the OKLab definition. */
function linear(colour: string): [number, number, number] {
  const [lightness = 0, chroma = 0, hue = 0] = colour
    .slice(6, -1)
    .split(/[\s/]+/)
    .map(Number)
  const a = chroma * Math.cos((hue * Math.PI) / 180)
  const b = chroma * Math.sin((hue * Math.PI) / 180)
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]
}
function luminance(colour: string): number {
  const [r, g, b] = linear(colour).map((v) => Math.min(1, Math.max(0, v)))
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0)
}
function ratio(x: string, y: string): number {
  const [a, b] = [luminance(x), luminance(y)]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

const surfaces = ['chrome', 'sunken', 'canvas', 'surface', 'raised', 'overlay']
const states = ['running', 'starting', 'degraded', 'failed', 'paused', 'stopped']
const cross = (fore: string[], back: string[], least: number) =>
  fore.flatMap((f) => back.map((b) => [f, b, least] as const))
const pairs = [
  ...cross(['ink', 'ink-2', 'ink-3', 'accent-ink'], [...surfaces, 'accent-soft'], 4.5),
  ...cross(['ink', 'ink-2', 'ink-3'], ['pressed'], 4.5),
  ...cross(['on-accent'], ['accent', 'accent-hover'], 4.5),
  ...cross(['on-danger'], ['danger'], 4.5),
  ...states.flatMap((s) => cross([`${s}-ink`], [`${s}-soft`, ...surfaces], 4.5)),
  ...states.flatMap((s) => cross([s], [`${s}-soft`, 'accent-soft', ...surfaces], 3)),
  ...states.flatMap((s) => cross(['ink', 'ink-2'], [`${s}-soft`], 4.5)),
  ...cross(['code-key', 'code-string', 'code-number', 'code-word'], ['sunken', 'surface', 'add-soft', 'del-soft'], 4.5),
  ...cross(['ink', 'ink-2'], ['add-soft', 'del-soft', 'mark'], 4.5),
  ...cross(
    [1, 2, 3, 4, 5, 6].map((n) => `series-${n}`),
    ['surface', 'canvas'],
    3,
  ),
  ...cross(['focus', 'line-input'], ['canvas', 'surface', 'overlay', 'sunken'], 3),
]

test.each([
  ['light', light],
  ['dark', dark],
])('every pair of the %s theme is readable', (_, theme) => {
  expect(theme.size).toBeGreaterThan(60)
  const bad = pairs.filter(([fore, back, least]) => ratio(theme.get(fore) ?? '', theme.get(back) ?? '') < least)
  expect(bad).toEqual([])
})

test('no colour is outside sRGB', () => {
  const outside = [...light, ...dark].filter(([, colour]) => linear(colour).some((v) => v < -0.0015 || v > 1.0015))
  expect(outside).toEqual([])
})
