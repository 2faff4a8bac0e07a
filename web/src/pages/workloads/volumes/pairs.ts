/** Lines of `key=value`; what is none is told by its number. */
export function readPairs(text: string): { readonly pairs: Record<string, string>; readonly wrong: string | null } {
  const pairs: Record<string, string> = {}
  for (const [index, line] of text.split('\n').entries()) {
    const trimmed = line.trim()
    if (trimmed === '') continue
    const equals = trimmed.indexOf('=')
    if (equals < 1) return { pairs, wrong: `Line ${index + 1}: write key=value.` }
    pairs[trimmed.slice(0, equals)] = trimmed.slice(equals + 1)
  }
  return { pairs, wrong: null }
}
