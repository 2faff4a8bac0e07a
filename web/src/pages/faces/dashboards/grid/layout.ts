import type { Widget, WidgetPlace } from '@wheelhouse/contract'

export const columns = 12
const rows = 400
export const tallest = 40

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value))

export const meet = (a: WidgetPlace, b: WidgetPlace): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h

/** Inside the grid, whatever was asked for. */
export function within({ x, y, w, h }: WidgetPlace): WidgetPlace {
  const wide = clamp(Math.round(w), 1, columns)
  const tall = clamp(Math.round(h), 1, tallest)
  return { x: clamp(Math.round(x), 0, columns - wide), y: clamp(Math.round(y), 0, rows - tall), w: wide, h: tall }
}

/**
 * Everything moves up as far as it can, and nothing lies over another. `first` keeps its place among those of its row: the others give way.
 */
export function settled(widgets: readonly Widget[], first: string | null = null): Widget[] {
  const order = widgets.toSorted(
    (a, b) => a.place.y - b.place.y || Number(b.id === first) - Number(a.id === first) || a.place.x - b.place.x,
  )
  const placed: Widget[] = []
  for (const widget of order) {
    const { x, w, h } = widget.place
    let y = 0
    for (let over = true; over;) {
      const hit = placed.find((other) => meet(other.place, { x, y, w, h }))
      if (hit) y = hit.place.y + hit.place.h
      over = hit !== undefined
    }
    placed.push({ ...widget, place: { x, y, w, h } })
  }
  return widgets.map(({ id }) => placed.find((widget) => widget.id === id)!)
}

/** With one of them somewhere else, or of another size; the rest gives way. */
export function placed(widgets: readonly Widget[], id: string, change: Partial<WidgetPlace>): Widget[] {
  const own = widgets.find((widget) => widget.id === id)
  if (!own) return [...widgets]
  const place = within({ ...own.place, ...change })
  // What lies half over another goes below it, so that pulling down passes it.
  const moved = widgets.map((widget) => (widget.id === id ? { ...widget, place } : widget))
  const isDown = place.y > own.place.y
  if (!isDown) return settled(moved, id)
  const under = moved
    .filter(
      (widget) =>
        widget.id !== id &&
        widget.place.y < place.y + place.h &&
        widget.place.y >= own.place.y &&
        widget.place.x < place.x + place.w &&
        place.x < widget.place.x + widget.place.w,
    )
    .map((widget) => widget.id)
  const passed = moved.map((widget) =>
    under.includes(widget.id) && widget.place.y <= place.y
      ? { ...widget, place: { ...widget.place, y: Math.max(0, own.place.y) } }
      : widget,
  )
  return settled(passed, null)
}

/** Where a new one of this size fits first. */
export function freePlace(widgets: readonly Widget[], w: number, h: number): WidgetPlace {
  for (let y = 0; ; y++)
    for (let x = 0; x + w <= columns; x++) {
      const place = { x, y, w, h }
      if (!widgets.some((widget) => meet(widget.place, place))) return place
    }
}

/** How many rows a board has. */
export const heightOf = (widgets: readonly Pick<Widget, 'place'>[]): number =>
  Math.max(1, ...widgets.map(({ place }) => place.y + place.h))
/** As they are read: rows from the top, each from the left. The order of a phone, and of the Tab key. */
export const readingOrder = <T extends Pick<Widget, 'place'>>(widgets: readonly T[]): T[] =>
  widgets.toSorted((a, b) => a.place.y - b.place.y || a.place.x - b.place.x)
