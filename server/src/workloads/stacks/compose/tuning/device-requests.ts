import type { ContainerSpec } from '@wheelhouse/driver'
import type { Path } from '../../file/problems.ts'
import type { Reader } from '../../file/reader.ts'

/** `all`, or a list of what is asked for. `implied` are capabilities that the key stands for. A count of -1 asks for all there are. */
export function readDeviceRequests(
  reader: Reader,
  value: unknown,
  path: Path,
  implied: readonly string[],
): NonNullable<ContainerSpec['deviceRequests']> {
  if (value === 'all') return [{ driver: '', count: -1, ids: [], capabilities: [[...implied]], options: {} }]
  return (reader.list(value, path) ?? []).flatMap((item, index) => {
    const at = [...path, index]
    const fields = reader.map(item, at)
    if (!fields) return []
    const ids = reader.strings(fields.device_ids, [...at, 'device_ids'])
    const wanted = fields.count === 'all' ? -1 : reader.integer(fields.count, [...at, 'count'], -1)
    return [
      {
        driver: reader.string(fields.driver, [...at, 'driver']) ?? '',
        count: wanted ?? (ids.length > 0 ? 0 : -1),
        ids,
        capabilities: [[...new Set([...implied, ...reader.strings(fields.capabilities, [...at, 'capabilities'])])]],
        options: Object.fromEntries(
          [...reader.pairs(fields.options, [...at, 'options'])].map(([name, text]) => [name, text ?? '']),
        ),
      },
    ]
  })
}
