import { StreamLanguage, type StringStream } from '@codemirror/language'

interface Place {
  /** The quote that a value was opened with and that has not come again; values may span lines. */
  quote: string | null
  part: 'key' | 'sign' | 'value'
}

function quoted(stream: StringStream, place: Place): string {
  if (place.quote !== "'" && stream.match(/^\$\{[^}]*\}?/)) return 'keyword'
  while (!stream.eol()) {
    if (place.quote !== "'" && stream.peek() === '$' && stream.match(/^\$\{/, false)) return 'string'
    const next = stream.next()
    if (next === '\\' && place.quote === '"') stream.next()
    else if (next === place.quote) {
      place.quote = null
      return 'string'
    }
  }
  return 'string'
}

function value(stream: StringStream, place: Place): string | null {
  if (stream.match(/^\[secret\]\s*$/)) return 'keyword'
  if (stream.match(/^["'`]/)) {
    place.quote = stream.current()
    return quoted(stream, place)
  }
  if (stream.match(/^\s+#.*/)) return 'comment'
  if (stream.match(/^\$\{[^}]*\}?/)) return 'keyword'
  if (stream.match(/^-?\d+(\.\d+)?(?=\s*$|\s+#)/)) return 'number'
  if (stream.match(/^(true|false)(?=\s*$|\s+#)/i)) return 'bool'
  if (stream.eatSpace()) return null
  stream.next()
  stream.match(/^[^\s$]*/)
  return 'string'
}

/** .env: one `KEY=value` a line, `#` comments, quoted values that may span lines, `${OTHER}` in a value. */
export const envLanguage = StreamLanguage.define<Place>({
  name: 'env',
  startState: () => ({ quote: null, part: 'key' }),
  token(stream, place) {
    if (stream.sol() && place.quote === null) place.part = 'key'
    if (place.quote !== null) return quoted(stream, place)
    if (place.part === 'value') return value(stream, place)
    if (stream.eatSpace()) return null
    if (stream.match(/^=/)) {
      place.part = 'value'
      return 'operator'
    }
    if (place.part === 'key' && stream.match(/^#.*/)) return 'comment'
    if (stream.match(/^export(?=\s)/)) return 'keyword'
    if (place.part === 'key' && stream.match(/^[^\s=#]+/)) {
      place.part = 'sign'
      return 'propertyName'
    }
    stream.skipToEnd()
    return null
  },
  languageData: { commentTokens: { line: '#' } },
})
