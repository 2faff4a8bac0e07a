import type { EngineHealthCheck } from '@wheelhouse/driver'
import type { Path } from '../file/problems.ts'
import type { Reader } from '../file/reader.ts'

/** An empty `test` keeps the command of the image and changes only its times. */
export function readHealthCheck(reader: Reader, value: unknown, path: Path): EngineHealthCheck | null {
  const fields = reader.map(value, path)
  if (!fields) return null
  const disabled = reader.boolean(fields.disable, [...path, 'disable']) === true
  return {
    test: disabled ? ['NONE'] : readTest(reader, fields.test, [...path, 'test']),
    intervalMs: reader.durationMs(fields.interval, [...path, 'interval']),
    timeoutMs: reader.durationMs(fields.timeout, [...path, 'timeout']),
    startPeriodMs: reader.durationMs(fields.start_period, [...path, 'start_period']),
    ...(fields.start_interval === undefined
      ? {}
      : { startIntervalMs: reader.durationMs(fields.start_interval, [...path, 'start_interval']) }),
    retries: reader.integer(fields.retries, [...path, 'retries']),
  }
}

function readTest(reader: Reader, value: unknown, at: Path): string[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) {
    const text = reader.string(value, at)
    return text === null ? [] : ['CMD-SHELL', text]
  }
  const test = reader.strings(value, at)
  const [first, ...rest] = test
  if (first === undefined || !['NONE', 'CMD', 'CMD-SHELL'].includes(first)) {
    reader.problems.error(
      at,
      'A list must start with CMD, CMD-SHELL or NONE: ["CMD", "curl", "-f", "http://localhost"].',
    )
  } else if (first === 'CMD-SHELL' && rest.length !== 1) {
    reader.problems.error(at, 'CMD-SHELL takes one text. Use CMD for a list of words.')
  } else if (first === 'CMD' && rest.length === 0) {
    reader.problems.error(at, 'CMD needs a command after it.')
  }
  return test
}
