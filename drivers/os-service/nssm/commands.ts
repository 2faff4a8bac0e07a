import type { ServiceState } from '@wheelhouse/contract'
import type { ProcessSpec } from '@wheelhouse/driver'

/** All of a spec but its environment, which may hold secrets: it goes to the registry by a file. */
export type NssmRecord = Omit<ProcessSpec, 'environment'> & { readonly createdAt: string }
export type Argv = readonly [string, ...string[]]

/** Begins the description of a service that we installed, and tells what it was made from. */
export const mark = 'wheelhouse-service: '
export const servicesKey = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services'

/** One word as Windows programs take their command line apart: backslashes count only before a quote. */
export function quoteWord(word: string): string {
  if (word !== '' && !/[\s"]/.test(word)) return word
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`
}

const nssm = (...words: string[]): Argv => ['nssm', ...words]

/** What installs a service, in order; it is started apart. */
export function installCommands(record: NssmRecord, logFolder: string): Argv[] {
  const { name, argv, restart, stop, log } = record
  const [program = '', ...parameters] = argv
  const set = (key: string, ...values: string[]): Argv => nssm('set', name, key, ...values)
  const again = { no: 'Exit', always: 'Restart', 'on-failure': 'Restart', 'unless-stopped': 'Restart' }[restart.policy]
  return [
    nssm('install', name, program),
    set('AppParameters', parameters.map(quoteWord).join(' ')),
    set('AppDirectory', record.directory),
    set('DisplayName', record.stack ? `${record.service} of ${record.stack}` : name),
    set('Description', `${mark}${JSON.stringify(record)}`),
    set('Start', restart.policy === 'no' ? 'SERVICE_DEMAND_START' : 'SERVICE_AUTO_START'),
    set('AppExit', 'Default', again),
    // A good end is started again only where it always is.
    set('AppExit', '0', restart.policy === 'on-failure' ? 'Exit' : again),
    set('AppRestartDelay', String(restart.delayMs)),
    // Windows has no signals: Ctrl+C, then a closed window, then a message, then the end.
    set('AppStopMethodConsole', String(stop.timeoutMs)),
    set('AppStdout', `${logFolder}\\${name}.out.log`),
    set('AppStderr', `${logFolder}\\${name}.err.log`),
    set('AppRotateFiles', '1'),
    set('AppRotateOnline', '1'),
    set('AppRotateBytes', String(log.maxBytes)),
  ]
}

export const startCommand = (name: string): Argv => nssm('start', name)
export const stopCommand = (name: string): Argv => nssm('stop', name)
export const statusCommand = (name: string): Argv => nssm('status', name)
export const removeCommand = (name: string): Argv => nssm('remove', name, 'confirm')
export const importCommand = (file: string): Argv => ['reg', 'import', file]
/** Every service whose description begins with our mark. */
export const listCommand: Argv = ['reg', 'query', servicesKey, '/s', '/f', mark, '/d', '/t', 'REG_SZ']

/** The words of `nssm status`. */
export function stateOf(words: string): ServiceState {
  switch (words.trim()) {
    case 'SERVICE_RUNNING':
    case 'SERVICE_STOP_PENDING':
    case 'SERVICE_PAUSE_PENDING':
      return 'running'
    case 'SERVICE_START_PENDING':
    case 'SERVICE_CONTINUE_PENDING':
      return 'starting'
    // NSSM pauses a service while it waits to start an ended program again.
    case 'SERVICE_PAUSED':
      return 'failed'
    case 'SERVICE_STOPPED':
      return 'stopped'
    default:
      return 'unknown'
  }
}

/** What `listCommand` printed: a line with the key, then its value. */
export function readList(text: string): Map<string, NssmRecord> {
  const found = new Map<string, NssmRecord>()
  let key = ''
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('HKEY_')) key = line.slice(line.lastIndexOf('\\') + 1).trim()
    const at = line.indexOf(mark)
    if (at === -1 || !/^\s+Description\s/.test(line)) continue
    try {
      const record = JSON.parse(line.slice(at + mark.length)) as NssmRecord
      if (record.name === key && record.kind === 'process') found.set(key, record)
    } catch {
      // It only looks like ours.
    }
  }
  return found
}

/** A registry file that sets the variables of a service; UTF-16 in hexadecimal, as REG_MULTI_SZ is written. */
export function environmentRegistryFile(name: string, environment: Readonly<Record<string, string>>): string {
  const lines = Object.entries(environment).map(([variable, value]) => `${variable}=${value}\0`)
  const bytes = Buffer.from(`${lines.join('')}\0`, 'utf16le')
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(',')
  return [
    'Windows Registry Editor Version 5.00',
    '',
    `[${servicesKey}\\${name}\\Parameters]`,
    `"AppEnvironmentExtra"=hex(7):${hex}`,
    '',
  ].join('\r\n')
}
