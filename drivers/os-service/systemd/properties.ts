/** What `systemctl show` is asked for. */
export const asked = [
  'Id',
  'LoadState',
  'ActiveState',
  'SubState',
  'Result',
  'UnitFileState',
  'MainPID',
  'ExecMainPID',
  'ExecMainCode',
  'ExecMainStatus',
  'NRestarts',
  'ExecMainStartTimestamp',
  'StateChangeTimestamp',
  'CPUUsageNSec',
  'MemoryCurrent',
  'MemoryMax',
  'TasksCurrent',
  'ControlGroup',
] as const
export type Properties = Readonly<Partial<Record<(typeof asked)[number], string>>>

/** Blocks of `Name=value`, a blank line between two units. Values of several lines are not among those asked for. */
export function readProperties(text: string): Properties[] {
  return text
    .split(/\n\s*\n/)
    .filter((block) => block.trim() !== '')
    .map((block) =>
      Object.fromEntries(
        block
          .split('\n')
          .filter((line) => line.includes('='))
          .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      ),
    )
}

/** `[not set]`, nothing, and the largest number of 64 bits all mean that it is not known. */
export function quantity(text: string | undefined): number | null {
  if (text === undefined || !/^\d+$/.test(text) || text === '18446744073709551615') return null
  return Number(text)
}

/** `Fri 2026-11-20 10:00:00.123456 UTC` as ISO 8601; null where there is none. */
export function instant(text: string | undefined): string | null {
  const found = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{3})\d*)? UTC/.exec(text ?? '')
  return found ? `${found[1]}T${found[2]}.${found[3] ?? '000'}Z` : null
}
