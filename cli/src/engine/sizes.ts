import { usage } from '../failure.ts'

const steps: Readonly<Record<string, number>> = { '': 1, b: 1, k: 1024, m: 1_048_576, g: 1_073_741_824, t: 1024 ** 4 }

/** `512m`, `1.5 GB`, `4096` in bytes. */
export function readSize(text: string, flag: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([bkmgt]?)(?:i?b)?$/.exec(text.trim().toLowerCase())
  const step = steps[match?.[2] ?? '-']
  if (!match || step === undefined) throw usage(`${flag} takes a size such as 512m or 1.5g, not "${text}".`)
  return Math.round(Number(match[1]) * step)
}

export function readNumber(text: string, flag: string, whole = true): number {
  const fits = whole ? /^-?\d{1,9}$/ : /^\d{1,4}(\.\d{1,9})?$/
  if (!fits.test(text)) throw usage(`${flag} takes a ${whole ? 'whole number' : 'number such as 0.5'}, not "${text}".`)
  return Number(text)
}
