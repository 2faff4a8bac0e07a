const newline = 10
const copy = /^COPY (.+?) (?:\(.*\) )?FROM stdin;\n$/s
const longestHead = 300_000

/** Counts the rows of each table in a plain dump of pg_dump as it flows by. */
export class PostgresRows {
  readonly tables: Record<string, number> = {}
  #carry: Buffer = Buffer.alloc(0)
  #head = ''
  #table: string | null = null
  /** In the middle of a line whose beginning has gone by. */
  #within = false

  add(chunk: Buffer): void {
    let bytes = chunk
    if (this.#carry.length > 0) {
      bytes = Buffer.concat([this.#carry, chunk])
      this.#carry = Buffer.alloc(0)
    }
    for (let at = 0; at < bytes.length;) at = this.#table === null ? this.#line(bytes, at) : this.#rows(bytes, at)
  }

  #line(bytes: Buffer, from: number): number {
    const found = bytes.indexOf(newline, from)
    const end = found === -1 ? bytes.length : found + 1
    if (this.#head.length < longestHead) this.#head += bytes.toString('latin1', from, end)
    if (found === -1) return end
    const table = copy.exec(this.#head)?.[1]
    this.#head = ''
    if (table === undefined) return end
    this.#table = Buffer.from(table, 'latin1').toString('utf8')
    this.tables[this.#table] ??= 0
    return end
  }

  #rows(bytes: Buffer, from: number): number {
    const table = this.#table ?? ''
    let rows = 0
    let at = from
    while (at < bytes.length) {
      const found = bytes.indexOf(newline, at)
      if (found === -1) {
        // The end of the rows is told by its first two bytes: they must be seen together.
        if (!this.#within && bytes.length - at < 3) this.#carry = Buffer.from(bytes.subarray(at))
        else this.#within = true
        at = bytes.length
        break
      }
      const ends = !this.#within && found - at === 2 && bytes.toString('latin1', at, found) === '\\.'
      this.#within = false
      at = found + 1
      if (ends) {
        this.#table = null
        break
      }
      rows += 1
    }
    this.tables[table] = (this.tables[table] ?? 0) + rows
    return at
  }
}
