const newline = 10
const quote = 39
const opening = 40
const closing = 41
const semicolon = 59
const backslash = 92
const longestHead = 300_000

const insert = /^INSERT (?:IGNORE )?INTO `((?:[^`]|``)+)` (?:\((?:`(?:[^`]|``)+`(?:, ?)?)+\) )?VALUES\s/
const table = /^CREATE TABLE `((?:[^`]|``)+)`/
const name = (latin1: string): string => Buffer.from(latin1, 'latin1').toString('utf8').replaceAll('``', '`')

/** Counts the rows of each table in a dump of mysqldump or mariadb-dump as it flows by. */
export class MysqlRows {
  readonly tables: Record<string, number> = {}
  #head: Buffer = Buffer.alloc(0)
  #skipping = false
  /** Inside a body of a routine or trigger, whose lines only look like data. */
  #body = false
  #table: string | null = null
  #depth = 0
  #string = false
  #escaped = false

  add(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) at = this.#table === null ? this.#line(chunk, at) : this.#values(chunk, at)
  }

  #line(chunk: Buffer, from: number): number {
    const found = chunk.indexOf(newline, from)
    const end = found === -1 ? chunk.length : found + 1
    if (this.#skipping) {
      this.#skipping = found === -1
      return end
    }
    const before = this.#head.length
    this.#head = before === 0 ? chunk.subarray(from, end) : Buffer.concat([this.#head, chunk.subarray(from, end)])
    const text = this.#head.toString('latin1')
    const data = this.#body ? null : insert.exec(text)
    if (data?.[1] !== undefined) {
      this.#table = name(data[1])
      this.#head = Buffer.alloc(0)
      return from + data[0].length - before
    }
    if (found !== -1) this.#whole(text)
    else if (this.#head.length > longestHead) this.#skipping = true
    if (found !== -1 || this.#skipping) this.#head = Buffer.alloc(0)
    else this.#head = Buffer.from(this.#head)
    return end
  }

  #whole(text: string): void {
    if (text.startsWith('DELIMITER ')) this.#body = text.trimEnd() !== 'DELIMITER ;'
    const made = this.#body ? null : table.exec(text)
    if (made?.[1] !== undefined) this.tables[name(made[1])] ??= 0
  }

  #values(chunk: Buffer, from: number): number {
    const table = this.#table ?? ''
    let rows = 0
    let at = from
    for (; at < chunk.length; at += 1) {
      const byte = chunk[at]
      if (this.#string) {
        if (this.#escaped) this.#escaped = false
        else if (byte === backslash) this.#escaped = true
        else if (byte === quote) this.#string = false
      } else if (byte === quote) this.#string = true
      else if (byte === opening) {
        if (this.#depth === 0) rows += 1
        this.#depth += 1
      } else if (byte === closing) this.#depth -= 1
      else if (byte === semicolon && this.#depth === 0) {
        this.#table = null
        this.#skipping = true // what is left of the line
        at += 1
        break
      }
    }
    this.tables[table] = (this.tables[table] ?? 0) + rows
    return at
  }
}
