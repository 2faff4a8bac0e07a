import { BlockText, type Condition, levelOf, linesOf, goesOn, Matcher } from '@wheelhouse/platform/lines'
import { parsedLine } from '../log-formats/index.ts'
import type { KeptRow } from '../log-history/index.ts'

export interface Wanted {
  readonly conditions: readonly Condition[]
  /** A bit for each wanted level; 0 for any. */
  readonly levels: number
}

/** Chooses from the lines of a service that come one after the other. */
export class LineFilter {
  readonly #wanted: Wanted
  readonly #matcher: Matcher
  /** Of which services the line before passed: what goes on with it passes too, or a trace would lose its lines. */
  readonly #passed = new Set<string>()

  constructor(wanted: Wanted) {
    this.#wanted = wanted
    this.#matcher = new Matcher(wanted.conditions, (text) => {
      const { fields, format, level } = parsedLine(text)
      return { format, level, ...fields }
    })
  }

  /** Places of those that pass, in their order. */
  passing(serviceId: string, rows: readonly KeptRow[]): number[] {
    const { levels, conditions } = this.#wanted
    const byText = conditions.length === 0 ? null : this.#byText(rows)
    const found: number[] = []
    for (const [index, { marks }] of rows.entries()) {
      const isWhole = goesOn(marks) && conditions.length === 0 && this.#passed.has(serviceId)
      const isLevel = levels === 0 || (levels & (1 << levelOf(marks))) !== 0
      const passes = isWhole || (isLevel && (byText === null || byText.has(index)))
      if (passes) found.push(index)
      if (passes) this.#passed.add(serviceId)
      else this.#passed.delete(serviceId)
    }
    return found
  }

  #byText(rows: readonly KeptRow[]): Set<number> {
    const found = new Set<number>()
    const block = new BlockText(linesOf(rows).text, rows.length)
    this.#matcher.find(block, (line) => {
      found.add(line)
      return true
    })
    return found
  }
}
