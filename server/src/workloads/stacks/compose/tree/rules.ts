import type { Path } from '../../file/problems.ts'

interface Step<T> {
  value: T | undefined
  readonly next: Map<string, Step<T>>
}
/** Where a walk stands in a table of rules; empty when no rule can match any more. */
export type Cursors<T> = readonly Step<T>[]

/** What holds at which paths: `services.*.ports`, where * is any key or index. Walked down together with a tree. */
export class Rules<T> {
  readonly root: Cursors<T>

  constructor(table: Readonly<Record<string, T>>) {
    const root: Step<T> = { value: undefined, next: new Map() }
    for (const [pattern, value] of Object.entries(table)) {
      let step = root
      for (const part of pattern.split('.')) {
        const found = step.next.get(part) ?? { value: undefined, next: new Map<string, Step<T>>() }
        step.next.set(part, found)
        step = found
      }
      step.value = value
    }
    this.root = [root]
  }

  static down<T>(cursors: Cursors<T>, key: string | number): Cursors<T> {
    if (cursors.length === 0) return cursors
    const found: Step<T>[] = []
    for (const { next } of cursors) {
      const exact = typeof key === 'string' && key !== '*' ? next.get(key) : undefined
      const any = next.get('*')
      if (exact) found.push(exact)
      if (any) found.push(any)
    }
    return found
  }
  static at<T>(cursors: Cursors<T>): T | undefined {
    return cursors.find(({ value }) => value !== undefined)?.value
  }
  from(path: Path): Cursors<T> {
    return path.reduce<Cursors<T>>((cursors, key) => Rules.down(cursors, key), this.root)
  }
}
