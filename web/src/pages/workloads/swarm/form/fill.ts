import type { SwarmServiceDraft } from '@wheelhouse/contract'
import { sizeText, timeText } from '../../containers/form/amounts.ts'
import { commandText, environmentText } from '../../containers/form/lines.ts'
import { emptyForm, type Form } from './form.ts'
import { fileText, mountText, networkText, portText } from './lines.ts'

const lines = (items: readonly string[] | undefined): string => (items ?? []).join('\n')
const pairs = (record: Readonly<Record<string, string>> | undefined): string =>
  lines(Object.entries(record ?? {}).map(([key, value]) => `${key}=${value}`))
const text = (value: string | number | undefined): string => (value === undefined ? '' : String(value))
const size = (bytes: number | undefined): string => (bytes === undefined ? '' : sizeText(bytes))
const time = (ms: number | undefined): string => (ms === undefined ? '' : timeText(ms))

function healthOf(check: SwarmServiceDraft['healthCheck']): Pick<Form, 'healthKind' | 'healthTest'> {
  const [kind, ...words] = check?.test ?? []
  if (kind === undefined) return { healthKind: 'image', healthTest: '' }
  if (kind === 'NONE') return { healthKind: 'none', healthTest: '' }
  if (kind === 'CMD-SHELL') return { healthKind: 'shell', healthTest: words.join(' ') }
  return { healthKind: 'program', healthTest: commandText(kind === 'CMD' ? words : [kind, ...words]) }
}

/** A draft as the fields of a page. */
export function formOf(draft: SwarmServiceDraft): Form {
  const { mode, healthCheck, limits, reservations, restart, update, rollback, logDriver } = draft
  return {
    ...emptyForm,
    name: draft.name,
    image: draft.image,
    mode: mode.kind,
    ...(mode.kind === 'replicated' ? { replicas: String(mode.replicas) } : {}),
    ...(mode.kind === 'replicated-job'
      ? { completions: String(mode.completions), concurrent: text(mode.concurrent) }
      : {}),
    command: commandText(draft.command ?? []),
    arguments: commandText(draft.arguments ?? []),
    environment: environmentText(draft.environment ?? {}),
    labels: pairs(draft.labels),
    containerLabels: pairs(draft.containerLabels),
    ports: lines(draft.ports?.map(portText)),
    endpointMode: text(draft.endpointMode),
    networks: lines(draft.networks?.map(networkText)),
    mounts: lines(draft.mounts?.map(mountText)),
    secrets: lines(draft.secrets?.map(fileText)),
    configs: lines(draft.configs?.map(fileText)),
    ...healthOf(healthCheck),
    healthInterval: time(healthCheck?.intervalMs),
    healthTimeout: time(healthCheck?.timeoutMs),
    healthStart: time(healthCheck?.startPeriodMs),
    healthRetries: text(healthCheck?.retries),
    memory: size(limits?.memoryBytes),
    cpus: text(limits?.cpus),
    pids: text(limits?.pids),
    memoryReserved: size(reservations?.memoryBytes),
    cpusReserved: text(reservations?.cpus),
    constraints: lines(draft.constraints),
    spread: lines(draft.spread),
    maxPerNode: text(draft.maxPerNode),
    restart: text(restart?.condition),
    restartDelay: time(restart?.delayMs),
    restartAttempts: text(restart?.maxAttempts),
    restartWindow: time(restart?.windowMs),
    parallelism: text(update?.parallelism),
    delay: time(update?.delayMs),
    monitor: time(update?.monitorMs),
    failures: text(update?.maxFailureRatio),
    onFailure: text(update?.onFailure),
    order: text(update?.order),
    backParallelism: text(rollback?.parallelism),
    backDelay: time(rollback?.delayMs),
    backMonitor: time(rollback?.monitorMs),
    backFailures: text(rollback?.maxFailureRatio),
    backOnFailure: text(rollback?.onFailure),
    backOrder: text(rollback?.order),
    user: text(draft.user),
    workingDirectory: text(draft.workingDirectory),
    hostname: text(draft.hostname),
    capAdd: lines(draft.capAdd),
    capDrop: lines(draft.capDrop),
    stopSignal: text(draft.stopSignal),
    stopGrace: time(draft.stopGraceMs),
    logDriver: text(logDriver?.name),
    logOptions: pairs(logDriver?.options),
    init: draft.init ?? false,
    readOnly: draft.readOnly ?? false,
    tty: draft.tty ?? false,
  }
}
