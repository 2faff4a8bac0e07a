import type { PolicyRules } from '@wheelhouse/contract'

/** Drivers whose lines stay on the host. Every other sends them to an address, or to a program of the host or of a plugin. */
const tameDrivers = new Set(['json-file', 'local', 'journald', 'none'])
/** Options that any driver takes and that name no place to send to. */
const tameOptions = new Set(
  'cache-disabled cache-max-size cache-max-file cache-compress compress env env-regex labels labels-regex max-buffer-size max-file max-size mode tag'.split(
    ' ',
  ),
)

/** What the log driver of a workload reaches that the rules do not allow. An empty name is the driver that the engine is set to. */
export function logDriverReason(
  driver: { readonly name: string; readonly options: Readonly<Record<string, string>> } | null | undefined,
  rules: PolicyRules,
): string | null {
  if (!driver || rules.logDrivers.includes('*') || rules.logDrivers.includes(driver.name)) return null
  if (tameDrivers.has(driver.name)) return null
  if (driver.name !== '') return `sends its log out by the log driver ${driver.name}`
  // The engine may be set to one that sends: where to is then said by the options alone.
  const option = Object.keys(driver.options).find((each) => !tameOptions.has(each))
  return option === undefined ? null : `sets ${option} of the log driver that the engine is set to`
}
