const form = /^(\d+(?:\.\d+)?)\s*(?:([kmgtp])(?:i?b)?|b)?$/i
const steps = 'kmgtp'

/** Bytes of 512, 2048k, 64m, 1.5gb or 2GiB; units are powers of 1024 as in every container engine. null when it is none. */
export function parseSize(text: string): number | null {
  const found = form.exec(text.trim())
  if (!found) return null
  const power = found[2] ? steps.indexOf(found[2].toLowerCase()) + 1 : 0
  const bytes = Math.round(Number(found[1]) * 1024 ** power)
  return Number.isSafeInteger(bytes) ? bytes : null
}
