/** What all files of one project may come to together: what is small to send could be large to read, and nothing else happens meanwhile. */
export class Budget {
  nodes = 50_000
  chars = 8_000_000
  files = 200
  static readonly depth = 60
  /** Lines and entries of the texts; the parser takes some 30 µs for each. */
  marks = 25_000
}
