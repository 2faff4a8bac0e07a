import type { Path } from '../../file/problems.ts'
import type { Reader } from '../../file/reader.ts'

/** Keys of `blkio_config` that limit devices, as the engine spells them. */
const rates = {
  device_read_bps: 'BlkioDeviceReadBps',
  device_read_iops: 'BlkioDeviceReadIOps',
  device_write_bps: 'BlkioDeviceWriteBps',
  device_write_iops: 'BlkioDeviceWriteIOps',
} as const

/** Weights and rates of block devices, as the engine takes them. */
export function readBlockIo(reader: Reader, value: unknown, path: Path): Record<string, unknown> {
  const fields = reader.map(value, path) ?? {}
  const found: Record<string, unknown> = {}
  if (fields.weight !== undefined) found.BlkioWeight = reader.integer(fields.weight, [...path, 'weight'])
  const each = (key: string, part: string, as: string): unknown[] =>
    (reader.list(fields[key], [...path, key]) ?? []).flatMap((item, index) => {
      const at = [...path, key, index]
      const one = reader.map(item, at)
      if (!one) return []
      const read =
        part === 'rate' ? reader.sizeBytes(one.rate, [...at, part]) : reader.integer(one[part], [...at, part])
      return [{ Path: reader.string(one.path, [...at, 'path']), [as]: read }]
    })
  if (fields.weight_device !== undefined) found.BlkioWeightDevice = each('weight_device', 'weight', 'Weight')
  for (const [key, name] of Object.entries(rates))
    if (fields[key] !== undefined) found[name] = each(key, 'rate', 'Rate')
  return found
}
