import { hole, wordsOfShape } from './shape.ts'

export interface SeenAs {
  readonly at: number
  readonly stream: number
  readonly seq: number
  readonly marks: number
  readonly text: string
}

/** Lines of one shape. Times are epoch microseconds. */
export interface Cluster {
  words: string[]
  count: number
  /** How many of them were said in the time before the one that is asked for. */
  before: number
  firstAt: number
  lastAt: number
  /** Lines by level. */
  readonly levels: number[]
  example: SeenAs | null
}

const mostClusters = 3_000
const mostKnown = 50_000
/** How much of two shapes must be the same for them to be one. */
const alike = 0.6

/** Groups lines by their shape, after the way of Drain: by length and first word, then by how many words are the same. */
export class Clusters {
  readonly #groups = new Map<string, Cluster[]>()
  /** Shapes that were met already: most lines are one of them. */
  readonly #known = new Map<string, Cluster>()
  #size = 0
  /** Lines of shapes beyond those that are held. */
  other = 0

  get all(): Cluster[] {
    return [...this.#groups.values()].flat()
  }

  /** Takes a line of the time that is asked for, or of the one before it. */
  add(line: SeenAs, isBefore: boolean): void {
    const cluster = this.#of(line.text)
    if (cluster === null) {
      if (!isBefore) this.other++
      return
    }
    if (isBefore) {
      cluster.before++
      return
    }
    cluster.count++
    cluster.levels[line.marks & 7]!++
    if (line.at < cluster.firstAt) cluster.firstAt = line.at
    if (line.at >= cluster.lastAt) {
      cluster.lastAt = line.at
      cluster.example = line
    }
  }

  #of(text: string): Cluster | null {
    const words = wordsOfShape(text)
    const shape = words.join(' ')
    const known = this.#known.get(shape)
    if (known !== undefined) return known
    const found = this.#nearest(words)
    if (found !== null && this.#known.size < mostKnown) this.#known.set(shape, found)
    return found
  }

  #nearest(words: string[]): Cluster | null {
    const key = `${words.length} ${words[0] ?? ''}`
    const group = this.#groups.get(key)
    let best: Cluster | null = null
    let most = 0
    for (const cluster of group ?? []) {
      const same = sameness(cluster.words, words)
      if (same > most) [best, most] = [cluster, same]
    }
    if (best !== null && most >= alike) {
      best.words = best.words.map((word, index) => (word === words[index] ? word : hole))
      return best
    }
    if (this.#size >= mostClusters) return null
    this.#size++
    const fresh: Cluster = {
      words,
      count: 0,
      before: 0,
      firstAt: Infinity,
      lastAt: -Infinity,
      levels: [0, 0, 0, 0, 0, 0, 0, 0],
      example: null,
    }
    if (group === undefined) this.#groups.set(key, [fresh])
    else group.push(fresh)
    return fresh
  }
}

/** The share of places with the same word; a hole is the same as anything, and says less than a word. */
function sameness(pattern: readonly string[], words: readonly string[]): number {
  let same = 0
  for (const [index, word] of pattern.entries()) same += word === words[index] ? 1 : word === hole ? 0.7 : 0
  return words.length === 0 ? 1 : same / words.length
}
