/** Rows a text takes in a column of `columns` characters; wide characters count as two. */
export function rowsOf(length: number, columns: number): number {
  return columns <= 0 ? 1 : Math.max(1, Math.ceil((length + 1.5) / columns))
}

/** Tops of rows of different height; grows at the end and lets go at the front without counting anew. */
export class Heights {
  #tops: number[] = [0]
  #head = 0

  get count(): number {
    return this.#tops.length - 1 - this.#head
  }
  get total(): number {
    return (this.#tops.at(-1) ?? 0) - (this.#tops[this.#head] ?? 0)
  }
  push(height: number): void {
    this.#tops.push((this.#tops.at(-1) ?? 0) + height)
  }
  /** Lets go of rows at the front; answers their height. */
  shift(rows: number): number {
    const before = this.#tops[this.#head] ?? 0
    this.#head = Math.min(this.#tops.length - 1, this.#head + rows)
    const gone = (this.#tops[this.#head] ?? 0) - before
    if (this.#head > 20_000) {
      this.#tops = this.#tops.slice(this.#head)
      this.#head = 0
    }
    return gone
  }
  top(row: number): number {
    return (this.#tops[this.#head + row] ?? 0) - (this.#tops[this.#head] ?? 0)
  }
  /** The row that holds a pixel. */
  rowAt(y: number): number {
    const want = y + (this.#tops[this.#head] ?? 0)
    let low = this.#head
    let high = this.#tops.length - 1
    while (low < high) {
      const mid = (low + high + 1) >> 1
      if ((this.#tops[mid] ?? 0) <= want) low = mid
      else high = mid - 1
    }
    return Math.min(Math.max(0, low - this.#head), Math.max(0, this.count - 1))
  }
}
