import { BlockText, type Condition, goesOn, levelOf, type Lines, Matcher } from '@wheelhouse/platform/lines'
import { parsedLine } from '../log-formats/index.ts'

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

  /** Those that pass, in their order: their places, and their texts. */
  passing(serviceId: string, lines: Lines): { index: number; text: string }[] {
    const { levels, conditions } = this.#wanted
    const block = new BlockText(lines.text, lines.at.length)
    const byText = conditions.length === 0 ? null : this.#byText(block)
    const found: { index: number; text: string }[] = []
    for (const [index, marks] of lines.marks.entries()) {
      const isWhole = goesOn(marks) && conditions.length === 0 && this.#passed.has(serviceId)
      const isLevel = levels === 0 || (levels & (1 << levelOf(marks))) !== 0
      const passes = isWhole || (isLevel && (byText === null || byText.has(index)))
      if (passes) found.push({ index, text: block.line(index) })
      if (passes) this.#passed.add(serviceId)
      else this.#passed.delete(serviceId)
    }
    return found
  }

  #byText(block: BlockText): Set<number> {
    const found = new Set<number>()
    this.#matcher.find(block, (line) => {
      found.add(line)
      return true
    })
    return found
  }
}
