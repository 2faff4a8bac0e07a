/** Lines of NAME=value; empty lines and those that start with # say nothing. Quotes around a value are taken off. */
export function parseVariables(text: string): Record<string, string> {
  const out: Record<string, string> = {}
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$/.exec(line)
    if (!match?.[1]) continue
    const value = match[2] ?? ''
    out[match[1]] = /^(['"])(.*)\1$/.test(value) ? value.slice(1, -1) : value
  }
  return out
}
