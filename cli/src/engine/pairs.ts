import { usage } from '../failure.ts'

/** `key=value`, each key once. */
export function pairsOf(texts: readonly string[], flag: string): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.indexOf('=')
      if (equals < 1) throw usage(`${flag} takes key=value, not "${text}".`)
      return [text.slice(0, equals), text.slice(equals + 1)]
    }),
  )
}
