import type { ContainerDraft } from '@wheelhouse/contract'
import { sizeText, timeText } from './amounts.ts'
import { emptyForm, type Form } from './form.ts'
import { commandText, deviceText, environmentText, mountText, networkText, portText } from './lines.ts'

const lines = (items: readonly string[] | undefined): string => (items ?? []).join('\n')
const pairs = (record: Readonly<Record<string, string>> | undefined): string =>
  lines(Object.entries(record ?? {}).map(([key, value]) => `${key}=${value}`))
const text = (value: string | number | undefined): string => (value === undefined ? '' : String(value))
const size = (bytes: number | undefined): string => (bytes === undefined ? '' : sizeText(bytes))
/** -1 is no bound. */
const bound = (value: number | undefined, shown: (value: number) => string = String): string =>
  value === undefined ? '' : value < 0 ? 'none' : shown(value)
const time = (ms: number | undefined): string => (ms === undefined ? '' : timeText(ms))

function healthOf(check: ContainerDraft['healthCheck']): Pick<Form, 'healthKind' | 'healthTest'> {
  const [kind, ...words] = check?.test ?? []
  if (kind === undefined) return { healthKind: 'image', healthTest: '' }
  if (kind === 'NONE') return { healthKind: 'none', healthTest: '' }
  if (kind === 'CMD-SHELL') return { healthKind: 'shell', healthTest: words.join(' ') }
  return { healthKind: 'program', healthTest: commandText(kind === 'CMD' ? words : [kind, ...words]) }
}

/** A draft as the fields of a page. */
export function formOf(draft: ContainerDraft): Form {
  const { limits, healthCheck, restart, logDriver, stop } = draft
  return {
    ...emptyForm,
    name: draft.name,
    image: draft.image,
    pull: draft.pull ?? 'missing',
    platform: text(draft.platform),
    command: commandText(draft.command ?? []),
    entrypoint: commandText(draft.entrypoint ?? []),
    workingDirectory: text(draft.workingDirectory),
    user: text(draft.user),
    hostname: text(draft.hostname),
    environment: environmentText(draft.environment ?? {}),
    labels: pairs(draft.labels),
    ports: lines(draft.ports?.map(portText)),
    networks: lines(draft.networks?.map(networkText)),
    networkMode: text(draft.networkMode),
    extraHosts: lines(draft.extraHosts),
    dns: lines(draft.dns),
    mounts: lines(draft.mounts?.map(mountText)),
    restart: restart?.policy ?? 'no',
    maxRetries: text(restart?.maxRetries),
    ...healthOf(healthCheck),
    healthInterval: time(healthCheck?.intervalMs),
    healthTimeout: time(healthCheck?.timeoutMs),
    healthStart: time(healthCheck?.startPeriodMs),
    healthRetries: text(healthCheck?.retries),
    memory: size(limits?.memoryBytes),
    memoryReservation: size(limits?.memoryReservationBytes),
    memorySwap: bound(limits?.memorySwapBytes, sizeText),
    cpus: text(limits?.cpus),
    cpuShares: text(limits?.cpuShares),
    cpuset: text(limits?.cpuset),
    pids: bound(limits?.pids),
    shm: size(limits?.shmBytes),
    capAdd: lines(draft.capAdd),
    capDrop: lines(draft.capDrop),
    devices: lines(draft.devices?.map(deviceText)),
    securityOpt: lines(draft.securityOpt),
    sysctls: pairs(draft.sysctls),
    pidMode: text(draft.pidMode),
    ipcMode: text(draft.ipcMode),
    logDriver: text(logDriver?.name),
    logOptions: pairs(logDriver?.options),
    stopSignal: text(stop?.signal),
    stopTimeout: time(stop?.timeoutMs),
    tty: draft.tty ?? false,
    openStdin: draft.openStdin ?? false,
    init: draft.init ?? false,
    readOnly: draft.readOnly ?? false,
    privileged: draft.privileged ?? false,
    autoRemove: draft.autoRemove ?? false,
  }
}
