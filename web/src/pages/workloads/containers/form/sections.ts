import type { FlagName, Form, TextName } from './form.ts'

interface Common {
  readonly label: string
  readonly hint?: string
  /** Half of the width, beside the next. */
  readonly half?: boolean
  /** Only shown where this holds. */
  readonly when?: (form: Form) => boolean
}
export type FormField =
  | (Common & { readonly kind: 'line'; readonly name: TextName; readonly mono?: boolean; readonly example?: string })
  | (Common & { readonly kind: 'area'; readonly name: TextName; readonly rows: number; readonly example?: string })
  | (Common & {
      readonly kind: 'choice'
      readonly name: TextName
      readonly options: readonly (readonly [value: string, label: string])[]
    })
  | (Common & { readonly kind: 'flag'; readonly name: FlagName })

export interface Section {
  readonly title: string
  readonly about: string
  readonly open: boolean
  readonly fields: readonly FormField[]
}

const checked = (form: Form): boolean => form.healthKind === 'shell' || form.healthKind === 'program'

/** The form of a container, the most wanted first. One place for every field, so that none is forgotten. */
export const sections: readonly Section[] = [
  {
    title: 'Container',
    about: 'What runs, and under which name.',
    open: true,
    fields: [
      { kind: 'line', name: 'name', label: 'Name', half: true },
      {
        kind: 'line',
        name: 'image',
        label: 'Image',
        half: true,
        mono: true,
        hint: 'Without a tag it is latest.',
      },
      {
        kind: 'choice',
        name: 'restart',
        label: 'Restart',
        half: true,
        options: [
          ['unless-stopped', 'unless it was stopped'],
          ['always', 'always'],
          ['on-failure', 'on failure'],
          ['no', 'no'],
        ],
      },
      {
        kind: 'line',
        name: 'maxRetries',
        label: 'Tries at most',
        half: true,
        hint: 'Empty: without end.',
        when: (form) => form.restart === 'on-failure',
      },
      {
        kind: 'choice',
        name: 'pull',
        label: 'Pull the image',
        half: true,
        options: [
          ['missing', 'where it is missing'],
          ['always', 'always'],
          ['never', 'never'],
        ],
      },
      {
        kind: 'line',
        name: 'platform',
        label: 'Platform',
        half: true,
        mono: true,
        hint: 'Empty: that of the engine. Such as linux/arm64.',
      },
    ],
  },
  {
    title: 'Ports and networks',
    about: 'How it is reached.',
    open: true,
    fields: [
      {
        kind: 'area',
        name: 'ports',
        label: 'Ports',
        rows: 3,
        example: '8080:80\n127.0.0.1:5432:5432',
        hint: 'One a line: host:container, an address before it, /udp after it. “80 inside” is open to its networks only.',
      },
      {
        kind: 'area',
        name: 'networks',
        label: 'Networks',
        rows: 2,
        example: 'front alias=web',
        hint: 'One a line, with alias=, ip= and ip6= after the name. None: the default network of the engine.',
      },
      {
        kind: 'line',
        name: 'networkMode',
        label: 'Mode in place of networks',
        half: true,
        mono: true,
        hint: 'host, none, bridge or container:name.',
      },
      { kind: 'line', name: 'hostname', label: 'Host name', half: true, mono: true },
      {
        kind: 'area',
        name: 'extraHosts',
        label: 'Further hosts',
        rows: 2,
        half: true,
        example: 'db:10.0.0.9',
        hint: 'name:address, one a line.',
      },
      { kind: 'area', name: 'dns', label: 'DNS servers', rows: 2, half: true, hint: 'One a line.' },
    ],
  },
  {
    title: 'Environment',
    about: 'Variables and labels.',
    open: true,
    fields: [
      {
        kind: 'area',
        name: 'environment',
        label: 'Environment',
        rows: 5,
        example: 'MODE=production',
        hint: 'NAME=value, one a line. A value of several lines goes in double quotes.',
      },
      { kind: 'area', name: 'labels', label: 'Labels', rows: 2, example: 'team=red', hint: 'key=value, one a line.' },
    ],
  },
  {
    title: 'Storage',
    about: 'What outlives the container.',
    open: true,
    fields: [
      {
        kind: 'area',
        name: 'mounts',
        label: 'Mounts',
        rows: 3,
        example: 'shop-data:/var/lib/data\n/srv/conf:/etc/conf:ro',
        hint: 'One a line: volume:/path or /folder:/path, :ro to only read. tmpfs:/run:64m is in memory.',
      },
      { kind: 'line', name: 'shm', label: 'Shared memory', half: true, hint: 'Such as 128m.' },
      { kind: 'flag', name: 'readOnly', label: 'Its own files can only be read', hint: 'Mounts stay as they say.' },
    ],
  },
  {
    title: 'Limits',
    about: 'How much it may take.',
    open: false,
    fields: [
      { kind: 'line', name: 'memory', label: 'Memory', half: true, hint: 'Such as 512m. Empty: no bound.' },
      { kind: 'line', name: 'cpus', label: 'Cores', half: true, hint: 'Such as 0.5.' },
      {
        kind: 'line',
        name: 'memoryReservation',
        label: 'Memory it should have',
        half: true,
        hint: 'Below the bound.',
      },
      {
        kind: 'line',
        name: 'memorySwap',
        label: 'Memory and swap',
        half: true,
        hint: 'Together. none is no bound.',
      },
      { kind: 'line', name: 'cpuShares', label: 'CPU shares', half: true, hint: '1024 is the usual weight.' },
      { kind: 'line', name: 'cpuset', label: 'On these cores', half: true, mono: true, hint: 'Such as 0-2,5.' },
      { kind: 'line', name: 'pids', label: 'Processes at most', half: true, hint: 'none is no bound.' },
    ],
  },
  {
    title: 'Command',
    about: 'What is run in place of what the image says.',
    open: false,
    fields: [
      {
        kind: 'area',
        name: 'command',
        label: 'Command',
        rows: 2,
        hint: 'As in a shell, with quotes around words with blanks. Empty: as the image says.',
      },
      { kind: 'area', name: 'entrypoint', label: 'Entrypoint', rows: 1 },
      { kind: 'line', name: 'workingDirectory', label: 'Working directory', half: true, mono: true },
      { kind: 'line', name: 'user', label: 'User', half: true, mono: true, hint: 'Name or number, :group after it.' },
      { kind: 'flag', name: 'init', label: 'A small init runs first', hint: 'It hands on signals and reaps children.' },
      { kind: 'flag', name: 'tty', label: 'With a terminal' },
      { kind: 'flag', name: 'openStdin', label: 'Standard input stays open' },
    ],
  },
  {
    title: 'Health',
    about: 'How it is known that it works.',
    open: false,
    fields: [
      {
        kind: 'choice',
        name: 'healthKind',
        label: 'Check',
        options: [
          ['image', 'as the image says'],
          ['shell', 'a line for its shell'],
          ['program', 'a program'],
          ['none', 'none'],
        ],
      },
      {
        kind: 'area',
        name: 'healthTest',
        label: 'What is run',
        rows: 2,
        example: 'curl -f http://localhost/ || exit 1',
        when: checked,
      },
      { kind: 'line', name: 'healthInterval', label: 'Every', half: true, hint: 'Such as 30s.', when: checked },
      { kind: 'line', name: 'healthTimeout', label: 'It may take', half: true, hint: 'Such as 5s.', when: checked },
      {
        kind: 'line',
        name: 'healthStart',
        label: 'Time to start',
        half: true,
        hint: 'Failures do not count so long.',
        when: checked,
      },
      { kind: 'line', name: 'healthRetries', label: 'Failures until unhealthy', half: true, when: checked },
    ],
  },
  {
    title: 'Reach',
    about: 'What it may do beyond its own walls. The policy has a say.',
    open: false,
    fields: [
      { kind: 'flag', name: 'privileged', label: 'Privileged', hint: 'As root of the host. Almost never needed.' },
      {
        kind: 'area',
        name: 'capAdd',
        label: 'Capabilities added',
        rows: 2,
        half: true,
        example: 'NET_ADMIN',
        hint: 'One a line.',
      },
      { kind: 'area', name: 'capDrop', label: 'Capabilities dropped', rows: 2, half: true, hint: 'ALL drops all.' },
      {
        kind: 'area',
        name: 'devices',
        label: 'Devices',
        rows: 2,
        half: true,
        example: '/dev/ttyUSB0',
        hint: '/dev/host:/dev/inside:rwm, one a line.',
      },
      { kind: 'area', name: 'securityOpt', label: 'Security options', rows: 2, half: true, hint: 'One a line.' },
      {
        kind: 'area',
        name: 'sysctls',
        label: 'Kernel parameters',
        rows: 2,
        example: 'net.core.somaxconn=1024',
        hint: 'key=value, one a line.',
      },
      {
        kind: 'line',
        name: 'pidMode',
        label: 'Process space',
        half: true,
        mono: true,
        hint: 'host or container:name.',
      },
      { kind: 'line', name: 'ipcMode', label: 'IPC', half: true, mono: true, hint: 'host, private, shareable.' },
    ],
  },
  {
    title: 'Log and end',
    about: 'Where its output goes, and how it is stopped.',
    open: false,
    fields: [
      {
        kind: 'line',
        name: 'logDriver',
        label: 'Log driver',
        half: true,
        mono: true,
        hint: 'Empty: that of the engine.',
      },
      {
        kind: 'area',
        name: 'logOptions',
        label: 'Options of the log driver',
        rows: 2,
        half: true,
        example: 'max-size=10m',
        hint: 'key=value, one a line.',
      },
      {
        kind: 'line',
        name: 'stopSignal',
        label: 'Signal to stop',
        half: true,
        mono: true,
        hint: 'SIGTERM unless told.',
      },
      { kind: 'line', name: 'stopTimeout', label: 'Time to end', half: true, hint: 'Such as 30s; then it is killed.' },
      { kind: 'flag', name: 'autoRemove', label: 'Remove it when it ends' },
    ],
  },
]
