import type { SwarmServiceDraft } from '@wheelhouse/contract'
import { readSize, readTime } from '../../containers/form/amounts.ts'
import { aNumber, aSize, aTime, fieldReader, fraction, whole } from '../../containers/form/field-reader.ts'
import { readCommand, readEnvironment, readLines } from '../../containers/form/lines.ts'
import type { Form, ReadForm } from './form.ts'
import { readFile, readNetwork, readPort, readSwarmMount } from './lines.ts'

type Policy = NonNullable<SwarmServiceDraft['update']>

const aFile = 'name, name:file or name:/path uid=101 mode=0400'
/** `10%` or `0.1`, as a part of one. */
function ratio(text: string): number | null {
  const match = /^(\d{1,3}(?:\.\d+)?)\s*(%?)$/.exec(text)
  if (!match) return null
  const part = Number(match[1]) / (match[2] === '%' ? 100 : 1)
  return part <= 1 ? part : null
}
const chosen = <T extends string>(text: string, words: readonly T[]): T | undefined =>
  words.find((word) => word === text)

/** What a filled form means. What is wrong is left out of the draft, so that a preview can show the rest. */
export function readForm(form: Form, { keeps = false }: { keeps?: boolean } = {}): ReadForm {
  const { wrong, say, text, amount, words, list, plain, record, flag, group } = fieldReader(form)

  const name = form.name.trim()
  if (!/^[a-zA-Z0-9][\w.-]{0,62}$/.test(name))
    say('name', 'Use 1 to 63 letters, digits, dots, dashes or underscores, a letter or digit first.')
  const image = form.image.trim()
  if (image === '' || /\s/.test(image)) say('image', 'Use a name such as nginx:1.27 or registry.example.com/shop/web.')
  const environment = readEnvironment(form.environment, keeps)
  say('environment', environment.wrong)

  const draft: SwarmServiceDraft = {
    name,
    image,
    mode: modeOf(),
    ...words('command', 'command'),
    ...words('arguments', 'arguments'),
    ...group('environment', Object.fromEntries(environment.items)),
    ...record('labels', 'labels'),
    ...record('containerLabels', 'containerLabels'),
    ...list('ports', 'ports', readLines(form.ports, readPort, '8080:80, 53:53/udp or 8080:80 host')),
    ...choice('endpointMode', form.endpointMode, ['vip', 'dnsrr']),
    ...list('networks', 'networks', readLines(form.networks, readNetwork, 'name alias=db')),
    ...list('mounts', 'mounts', readLines(form.mounts, readSwarmMount, '/folder:/data, name:/data:ro or tmpfs:/run')),
    ...list('secrets', 'secrets', readLines(form.secrets, readFile, aFile)),
    ...list('configs', 'configs', readLines(form.configs, readFile, aFile)),
    ...healthOf(),
    ...group('limits', {
      ...amount('cpus', 'cpus', fraction, 'Write a number of cores such as 0.5.'),
      ...amount('memoryBytes', 'memory', readSize, aSize),
      ...amount('pids', 'pids', whole, aNumber),
    }),
    ...group('reservations', {
      ...amount('cpus', 'cpusReserved', fraction, 'Write a number of cores such as 0.5.'),
      ...amount('memoryBytes', 'memoryReserved', readSize, aSize),
    }),
    ...list('constraints', 'constraints', readLines(form.constraints, readConstraint, 'node.labels.disk == ssd')),
    ...plain('spread', 'spread'),
    ...amount('maxPerNode', 'maxPerNode', whole, aNumber),
    ...group('restart', {
      ...choice('condition', form.restart, ['none', 'on-failure', 'any']),
      ...amount('delayMs', 'restartDelay', readTime, aTime),
      ...amount('maxAttempts', 'restartAttempts', whole, aNumber),
      ...amount('windowMs', 'restartWindow', readTime, aTime),
    }),
    ...group('update', policyOf('')),
    ...group('rollback', policyOf('back')),
    ...text('user', 'user'),
    ...text('workingDirectory', 'workingDirectory'),
    ...text('hostname', 'hostname'),
    ...flag('init'),
    ...flag('readOnly'),
    ...flag('tty'),
    ...plain('capAdd', 'capAdd'),
    ...plain('capDrop', 'capDrop'),
    ...text('stopSignal', 'stopSignal'),
    ...amount('stopGraceMs', 'stopGrace', readTime, aTime),
    ...logOf(),
  }
  return { draft, wrong }

  function choice<K extends string, const T extends string>(
    key: K,
    typed: string,
    known: readonly T[],
  ): Partial<Record<K, T>> {
    const value = chosen(typed, known)
    return value === undefined ? {} : ({ [key]: value } as Record<K, T>)
  }

  function modeOf(): SwarmServiceDraft['mode'] {
    const count = (field: 'replicas' | 'completions', least: number): number => {
      const value = whole(form[field].trim())
      if (value === null || value < least || value > 10_000) say(field, `Use a number from ${least} to 10000.`)
      return value ?? least
    }
    if (form.mode === 'global' || form.mode === 'global-job') return { kind: form.mode }
    if (form.mode === 'replicated-job')
      return {
        kind: 'replicated-job',
        completions: count('completions', 1),
        ...amount('concurrent', 'concurrent', whole, aNumber),
      }
    return { kind: 'replicated', replicas: count('replicas', 0) }
  }

  function policyOf(of: '' | 'back'): Policy {
    const [parallelism, delay, monitor, failures] =
      of === ''
        ? (['parallelism', 'delay', 'monitor', 'failures'] as const)
        : (['backParallelism', 'backDelay', 'backMonitor', 'backFailures'] as const)
    const onFailure = of === '' ? form.onFailure : form.backOnFailure
    return {
      ...amount('parallelism', parallelism, whole, `${aNumber} 0 is all at once.`),
      ...amount('delayMs', delay, readTime, aTime),
      ...amount('monitorMs', monitor, readTime, aTime),
      ...amount('maxFailureRatio', failures, ratio, 'Write a part such as 10%.'),
      ...choice('onFailure', onFailure, of === '' ? ['pause', 'continue', 'rollback'] : ['pause', 'continue']),
      ...choice('order', of === '' ? form.order : form.backOrder, ['stop-first', 'start-first']),
    }
  }

  function healthOf(): Pick<SwarmServiceDraft, 'healthCheck'> {
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

  function logOf(): Pick<SwarmServiceDraft, 'logDriver'> {
    const driver = form.logDriver.trim()
    if (driver === '' && form.logOptions.trim() !== '') say('logDriver', 'Name the driver that the options are for.')
    return driver === '' ? {} : { logDriver: { name: driver, ...record('options', 'logOptions') } }
  }
}

const readConstraint = (line: string): string | null => (/^[\w.]+[\w./-]*\s*(==|!=)\s*\S.*$/.test(line) ? line : null)
