import type { ContainerDraft, ContainerLimits } from '@wheelhouse/contract'
import { readSize, sizeText } from './form/amounts.ts'

/** Limits as texts of fields; empty is no bound. */
export interface LimitFields {
  readonly memory: string
  readonly memoryReservation: string
  readonly memorySwap: string
  readonly cpus: string
  readonly cpuShares: string
  readonly cpuset: string
  readonly pids: string
  readonly restart: string
  readonly maxRetries: string
}
type Name = keyof LimitFields

export function limitFields({ limits, restart }: Pick<ContainerDraft, 'limits' | 'restart'>): LimitFields {
  const size = (bytes: number | undefined): string => (bytes === undefined || bytes < 0 ? '' : sizeText(bytes))
  const number = (value: number | undefined): string => (value === undefined || value < 0 ? '' : String(value))
  return {
    memory: size(limits?.memoryBytes),
    memoryReservation: size(limits?.memoryReservationBytes),
    memorySwap: size(limits?.memorySwapBytes),
    cpus: number(limits?.cpus),
    cpuShares: number(limits?.cpuShares),
    cpuset: limits?.cpuset ?? '',
    pids: number(limits?.pids),
    restart: restart?.policy ?? 'no',
    maxRetries: number(restart?.maxRetries),
  }
}

const whole = (text: string): number | null => (/^\d{1,9}$/.test(text) ? Number(text) : null)
const cores = (text: string): number | null => (/^\d{1,4}(\.\d{1,9})?$/.test(text) ? Number(text) : null)

/** What is to change, and what is wrong by field. A bound that was emptied is taken away. */
export function limitChanges(
  before: LimitFields,
  after: LimitFields,
): { readonly limits: ContainerLimits; readonly wrong: Partial<Record<Name, string>> } {
  const wrong: Partial<Record<Name, string>> = {}
  const amount = <K extends string>(
    key: K,
    field: Name,
    read: (text: string) => number | null,
    message: string,
  ): Partial<Record<K, number | null>> => {
    const typed = after[field].trim()
    if (typed === before[field].trim()) return {}
    const value = typed === '' ? null : read(typed)
    if (typed !== '' && value === null) wrong[field] = message
    return { [key]: value } as Record<K, number | null>
  }
  const aSize = 'Write a size such as 512m, or nothing for no bound.'
  const aNumber = 'Write a whole number, or nothing for no bound.'
  const cpuset = after.cpuset.trim()
  if (cpuset !== '' && !/^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(cpuset)) wrong.cpuset = 'Write cores such as 0-2,5.'
  const retries = after.maxRetries.trim()
  if (after.restart === 'on-failure' && retries !== '' && whole(retries) === null) wrong.maxRetries = aNumber
  const restarts = after.restart !== before.restart || retries !== before.maxRetries.trim()
  const limits: ContainerLimits = {
    ...amount('memoryBytes', 'memory', readSize, aSize),
    ...amount('memoryReservationBytes', 'memoryReservation', readSize, aSize),
    ...amount('memorySwapBytes', 'memorySwap', readSize, aSize),
    ...amount('cpus', 'cpus', cores, 'Write a number of cores such as 0.5, or nothing for no bound.'),
    ...amount('cpuShares', 'cpuShares', whole, aNumber),
    ...(cpuset === before.cpuset.trim() ? {} : { cpuset: cpuset === '' ? null : cpuset }),
    ...amount('pids', 'pids', whole, aNumber),
    ...(restarts
      ? {
          restart: {
            policy: after.restart as 'no',
            ...(after.restart === 'on-failure' && retries !== '' ? { maxRetries: Number(retries) } : {}),
          },
        }
      : {}),
  }
  return { limits, wrong }
}
