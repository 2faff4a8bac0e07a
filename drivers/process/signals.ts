import { constants } from 'node:os'
import { Failure } from '@wheelhouse/contract'

/** `SIGTERM`, `TERM`, `15` or `RTMIN+3` as a number. Real-time signals start at 34: glibc keeps 32 and 33 for itself. */
export function signalNumber(text: string): number {
  const name = text.toUpperCase().replace(/^SIG/, '')
  const named = (constants.signals as Record<string, number | undefined>)[`SIG${name}`]
  const realTime = /^RTMIN(?:\+(\d{1,2}))?$/.exec(name)
  const value = named ?? (realTime ? 34 + Number(realTime[1] ?? 0) : Number(name))
  if (!Number.isInteger(value) || value < 1 || value > 64) {
    throw new Failure('TARGET_REFUSED', `There is no signal "${text}". Use a name such as SIGTERM, SIGHUP or SIGKILL.`)
  }
  return value
}

/** 137 → SIGKILL: shells report a death by signal as 128 + its number. */
export function signalOfExitCode(code: number): string | null {
  const found = Object.entries(constants.signals).find(([, number]) => number === code - 128)
  return code > 128 ? (found?.[0] ?? null) : null
}
