import { Failure, gridColumns, gridRows, type Widget, type WidgetPlace } from '@wheelhouse/contract'

const meet = (a: WidgetPlace, b: WidgetPlace): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h

const refused = (index: number, why: string): Failure =>
  new Failure('VALIDATION_FAILED', `widgets.${index}: ${why}`, { field: `widgets.${index}.place` })

/** Throws VALIDATION_FAILED for widgets that share an id or a place, or leave the grid. */
export function requireLayout(widgets: readonly Widget[]): void {
  const ids = new Set<string>()
  for (const [index, { id, place }] of widgets.entries()) {
    if (ids.has(id)) throw refused(index, `there is another widget with the id "${id}".`)
    ids.add(id)
    if (place.x + place.w > gridColumns) throw refused(index, `it leaves the ${gridColumns} columns of the grid.`)
    if (place.y + place.h > gridRows) throw refused(index, `it leaves the ${gridRows} rows of the grid.`)
    const over = widgets.slice(0, index).findIndex((other) => meet(other.place, place))
    if (over >= 0) throw refused(index, `it lies over widgets.${over}.`)
  }
}
