import type { ContainerDraft } from '@wheelhouse/contract'
import { nameMistake } from '../../object-name.ts'
import { readSize, readTime } from './amounts.ts'
import { aNumber, aSize, aTime, fieldReader, fraction, whole } from './field-reader.ts'
import type { Form, ReadForm } from './form.ts'
import { readCommand, readDevice, readEnvironment, readLines, readMount, readNetwork, readPort } from './lines.ts'

/** `none` is the engine's -1. */
const bounded =
  (read: (text: string) => number | null) =>
  (text: string): number | null =>
    /^(none|-1)$/i.test(text) ? -1 : read(text)

const pulls = new Set(['missing', 'always', 'never'])
const restarts = new Set(['no', 'always', 'on-failure', 'unless-stopped'])

/** What a filled form means. What is wrong is left out of the draft, so that a preview can show the rest. */
export function readForm(form: Form, { keeps = false }: { keeps?: boolean } = {}): ReadForm {
  const { wrong, say, text, amount, words, list, plain, record, flag, group } = fieldReader(form)

  const name = form.name.trim()
  say('name', nameMistake(name))
  const image = form.image.trim()
  if (image === '' || /\s/.test(image)) say('image', 'Use a name such as nginx:1.27 or registry.example.com/shop/web.')

  const environment = readEnvironment(form.environment, keeps)
  say('environment', environment.wrong)
  const mode = form.networkMode.trim()
  if (mode !== '' && form.networks.trim() !== '')
    say('networks', 'A mode stands in place of networks. Take one of the two away.')
  if (form.restart !== 'on-failure' && form.maxRetries.trim() !== '')
    say('maxRetries', 'Only “on failure” counts tries.')
  if (form.autoRemove && form.restart !== 'no')
    say('restart', 'One that removes itself cannot be restarted. Choose no.')

  const draft: ContainerDraft = {
    name,
    image,
    ...(form.pull !== 'missing' && pulls.has(form.pull) ? { pull: form.pull as 'always' } : {}),
    ...text('platform', 'platform'),
    ...words('command', 'command'),
    ...words('entrypoint', 'entrypoint'),
    ...group('environment', Object.fromEntries(environment.items)),
    ...record('labels', 'labels'),
    ...list('ports', 'ports', readLines(form.ports, readPort, '8080:80, 127.0.0.1:8080:80 or 80 inside')),
    ...list('mounts', 'mounts', readLines(form.mounts, readMount, '/folder:/data, name:/data:ro or tmpfs:/run:64m')),
    ...list('networks', 'networks', readLines(form.networks, readNetwork, 'name alias=db ip=10.0.0.5')),
    ...text('networkMode', 'networkMode'),
    ...restartOf(),
    ...healthOf(),
    ...group('limits', {
      ...amount('memoryBytes', 'memory', readSize, aSize),
      ...amount('memoryReservationBytes', 'memoryReservation', readSize, aSize),
      ...amount('memorySwapBytes', 'memorySwap', bounded(readSize), `${aSize} none is no bound.`),
      ...amount('cpus', 'cpus', fraction, 'Write a number of cores such as 0.5.'),
      ...amount('cpuShares', 'cpuShares', whole, aNumber),
      ...text('cpuset', 'cpuset'),
      ...amount('pids', 'pids', bounded(whole), `${aNumber} none is no bound.`),
      ...amount('shmBytes', 'shm', readSize, aSize),
    }),
    ...text('user', 'user'),
    ...text('workingDirectory', 'workingDirectory'),
    ...text('hostname', 'hostname'),
    ...list('extraHosts', 'extraHosts', readLines(form.extraHosts, readHost, 'name:address')),
    ...plain('dns', 'dns'),
    ...flag('tty'),
    ...flag('openStdin'),
    ...flag('init'),
    ...flag('readOnly'),
    ...flag('privileged'),
    ...plain('capAdd', 'capAdd'),
    ...plain('capDrop', 'capDrop'),
    ...list('devices', 'devices', readLines(form.devices, readDevice, '/dev/ttyUSB0 or /dev/a:/dev/b:rw')),
    ...plain('securityOpt', 'securityOpt'),
    ...record('sysctls', 'sysctls'),
    ...text('pidMode', 'pidMode'),
    ...text('ipcMode', 'ipcMode'),
    ...logOf(),
    ...group('stop', {
      ...text('signal', 'stopSignal'),
      ...amount('timeoutMs', 'stopTimeout', readTime, aTime),
    }),
    ...flag('autoRemove'),
  }
  return { draft, wrong }

  function restartOf(): Pick<ContainerDraft, 'restart'> {
    if (!restarts.has(form.restart) || form.restart === 'no') return {}
    const policy = form.restart as 'always'
    const retries = form.restart === 'on-failure' ? amount('maxRetries', 'maxRetries', whole, aNumber) : {}
    return { restart: { policy, ...retries } }
  }

  function healthOf(): Pick<ContainerDraft, 'healthCheck'> {
    const { healthKind: kind, healthTest: typed } = form
    if (kind === 'none') return { healthCheck: { test: ['NONE'] } }
    if (kind !== 'shell' && kind !== 'program') return {}
    const parts = kind === 'shell' ? [typed.trim()] : readCommand(typed)
    if (parts === null) say('healthTest', 'A quote is not closed.')
    else if (parts.join('') === '') say('healthTest', 'Write what is run to see whether it is healthy.')
    if (!parts || parts.join('') === '') return {}
    return {
      healthCheck: {
        test: [kind === 'shell' ? 'CMD-SHELL' : 'CMD', ...parts],
        ...amount('intervalMs', 'healthInterval', readTime, aTime),
        ...amount('timeoutMs', 'healthTimeout', readTime, aTime),
        ...amount('startPeriodMs', 'healthStart', readTime, aTime),
        ...amount('retries', 'healthRetries', whole, aNumber),
      },
    }
  }

  function logOf(): Pick<ContainerDraft, 'logDriver'> {
    const driver = form.logDriver.trim()
    if (driver === '' && form.logOptions.trim() !== '') say('logDriver', 'Name the driver that the options are for.')
    return driver === '' ? {} : { logDriver: { name: driver, ...record('options', 'logOptions') } }
  }
}

const readHost = (line: string): string | null => (/^[^\s:]+[:=]\S+$/.test(line) ? line : null)
