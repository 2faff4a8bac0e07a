import { join } from 'node:path'
import type { Foundation } from './foundation.ts'
import type { Registry } from './inventory/targets/index.ts'
import type { LogHistory } from './observation/log-history/index.ts'
import { createMetrics, type Metrics } from './observation/metrics/index.ts'
import type { Settings } from './settings.ts'

const dayMs = 86_400_000

/** The metrics, as the settings have them kept and sent on. */
export function keptMetrics(
  settings: Settings,
  { database, secrets, log }: Pick<Foundation, 'database' | 'secrets' | 'log'>,
  { registry, logHistory }: { readonly registry: Registry; readonly logHistory: LogHistory },
): Metrics {
  const { remoteWriteUrl, remoteWriteToken } = settings
  return createMetrics({
    database,
    secrets,
    registry,
    log,
    intervalMs: settings.metricsIntervalMs,
    folder: join(settings.data, 'metrics'),
    isKeeping: settings.metricsHistory,
    budgetBytes: settings.metricsHistoryBytes,
    listen: (listener) => logHistory.listen(listener),
    remoteWrite: remoteWriteUrl === null ? null : { url: remoteWriteUrl, token: remoteWriteToken },
    keepMs: {
      readings: settings.metricsHistoryDays * dayMs,
      minutes: settings.metricsMinuteDays * dayMs,
      halfHours: settings.metricsHalfHourDays * dayMs,
    },
  })
}
