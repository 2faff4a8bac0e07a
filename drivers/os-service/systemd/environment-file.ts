/** The text of an EnvironmentFile=: each value in double quotes, in which systemd takes `"`, `\`, `$` and backtick escaped. */
export function environmentFile(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `${name}="${value.replace(/[\\"$`]/g, '\\$&')}"\n`)
    .join('')
}

/** Reads what `environmentFile` wrote. */
export function readEnvironmentFile(text: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [, name, value] of text.matchAll(/^([A-Za-z_]\w*)="((?:[^"\\]|\\[^])*)"$/gm)) {
    if (name !== undefined && value !== undefined) found[name] = value.replace(/\\([^])/g, '$1')
  }
  return found
}
