import type { FormField, Section } from '../../containers/form/section-form.tsx'
import type { Form } from './form.ts'

const checked = (form: Form): boolean => form.healthKind === 'shell' || form.healthKind === 'program'
const job = (form: Form): boolean => form.mode.endsWith('-job')

const orders = [
  ['', 'the engine’s own'],
  ['stop-first', 'the old one ends, then the new one starts'],
  ['start-first', 'the new one starts, then the old one ends'],
] as const

/** The form of a Swarm service, the most wanted first. One place for every field, so that none is forgotten. */
export const sections: readonly Section<Form>[] = [
  {
    title: 'Service',
    about: 'What runs, under which name, and how often.',
    open: true,
    fields: [
      { kind: 'line', name: 'name', label: 'Name', half: true },
      { kind: 'line', name: 'image', label: 'Image', half: true, mono: true, hint: 'Without a tag it is latest.' },
      {
        kind: 'choice',
        name: 'mode',
        label: 'Mode',
        half: true,
        options: [
          ['replicated', 'so many tasks'],
          ['global', 'one task on each node'],
          ['replicated-job', 'so many tasks that end'],
          ['global-job', 'one task on each node that ends'],
        ],
      },
      { kind: 'line', name: 'replicas', label: 'Tasks', half: true, when: (form) => form.mode === 'replicated' },
      {
        kind: 'line',
        name: 'completions',
        label: 'Tasks to complete',
        half: true,
        when: (form) => form.mode === 'replicated-job',
      },
      {
        kind: 'line',
        name: 'concurrent',
        label: 'At once',
        half: true,
        hint: 'Empty: all.',
        when: (form) => form.mode === 'replicated-job',
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
        rows: 2,
        example: '8080:80\n9100:9100 host',
        hint: 'One a line: published:own, /udp after it. On every node, or with “host” on those that run it.',
      },
      {
        kind: 'area',
        name: 'networks',
        label: 'Networks',
        rows: 2,
        half: true,
        example: 'front alias=web',
        hint: 'Overlay networks, one a line, with alias= after the name.',
      },
      {
        kind: 'choice',
        name: 'endpointMode',
        label: 'Its name leads to',
        half: true,
        options: [
          ['', 'the engine’s own choice'],
          ['vip', 'one address for all tasks'],
          ['dnsrr', 'the address of each task'],
        ],
      },
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
        rows: 4,
        example: 'MODE=production',
        hint: 'NAME=value, one a line. A value of several lines goes in double quotes.',
      },
      {
        kind: 'area',
        name: 'labels',
        label: 'Labels of the service',
        rows: 2,
        half: true,
        example: 'team=red',
        hint: 'key=value, one a line.',
      },
      { kind: 'area', name: 'containerLabels', label: 'Labels of its containers', rows: 2, half: true },
    ],
  },
  {
    title: 'Files and storage',
    about: 'Secrets, configs, and what outlives a task.',
    open: true,
    fields: [
      {
        kind: 'area',
        name: 'secrets',
        label: 'Secrets',
        rows: 2,
        half: true,
        example: 'orders-db:db-password',
        hint: 'One a line: name, or name:file below /run/secrets; uid=, gid= and mode= after it.',
      },
      {
        kind: 'area',
        name: 'configs',
        label: 'Configs',
        rows: 2,
        half: true,
        example: 'proxy:/etc/proxy.conf mode=0444',
        hint: 'One a line: name:path; uid=, gid= and mode= after it.',
      },
      {
        kind: 'area',
        name: 'mounts',
        label: 'Mounts',
        rows: 2,
        example: 'shop-data:/var/lib/data',
        hint: 'One a line: volume:/path or /folder:/path, :ro to only read. Each node has its own. tmpfs:/run is in memory.',
      },
      { kind: 'flag', name: 'readOnly', label: 'Its own files can only be read', hint: 'Mounts stay as they say.' },
    ],
  },
  {
    title: 'Where it runs',
    about: 'What it needs of a node, and how much it may take.',
    open: true,
    fields: [
      {
        kind: 'line',
        name: 'memoryReserved',
        label: 'Memory reserved',
        half: true,
        hint: 'Such as 256m. A node has to have it left.',
      },
      { kind: 'line', name: 'cpusReserved', label: 'Cores reserved', half: true, hint: 'Such as 0.25.' },
      { kind: 'line', name: 'memory', label: 'Memory at most', half: true, hint: 'Such as 512m. Empty: no bound.' },
      { kind: 'line', name: 'cpus', label: 'Cores at most', half: true },
      {
        kind: 'area',
        name: 'constraints',
        label: 'Only on nodes where',
        rows: 2,
        example: 'node.labels.disk == ssd\nnode.role != manager',
        hint: 'One a line, with == or !=. All have to hold.',
      },
      {
        kind: 'area',
        name: 'spread',
        label: 'Spread over',
        rows: 2,
        half: true,
        example: 'node.labels.zone',
        hint: 'Labels of nodes, one a line.',
      },
      { kind: 'line', name: 'maxPerNode', label: 'Tasks a node at most', half: true, hint: 'Empty: no bound.' },
      { kind: 'line', name: 'pids', label: 'Processes at most', half: true },
    ],
  },
  { title: 'Update', about: 'How tasks are replaced when it changes.', open: false, fields: policy('') },
  { title: 'Rollback', about: 'How tasks are replaced when it goes back.', open: false, fields: policy('back') },
  {
    title: 'Restart',
    about: 'What happens to a task that ends.',
    open: false,
    fields: [
      {
        kind: 'choice',
        name: 'restart',
        label: 'Start another',
        half: true,
        options: [
          ['', 'the engine’s own choice'],
          ['any', 'always'],
          ['on-failure', 'when it has failed'],
          ['none', 'never'],
        ],
      },
      { kind: 'line', name: 'restartDelay', label: 'After', half: true, hint: 'Such as 5s.' },
      { kind: 'line', name: 'restartAttempts', label: 'Times at most', half: true, hint: 'Empty: without end.' },
      { kind: 'line', name: 'restartWindow', label: 'Counted within', half: true, hint: 'Such as 2m.' },
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
        hint: 'In place of the image’s entrypoint, as in a shell.',
      },
      { kind: 'area', name: 'arguments', label: 'Arguments', rows: 2 },
      { kind: 'line', name: 'workingDirectory', label: 'Working directory', half: true, mono: true },
      { kind: 'line', name: 'user', label: 'User', half: true, mono: true, hint: 'Name or number, :group after it.' },
      { kind: 'line', name: 'hostname', label: 'Host name', half: true, mono: true },
      { kind: 'flag', name: 'init', label: 'A small init runs first', hint: 'It hands on signals and reaps children.' },
      { kind: 'flag', name: 'tty', label: 'With a terminal' },
    ],
  },
  {
    title: 'Health',
    about: 'How it is known that a task works. A task that does not is replaced.',
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
      { kind: 'line', name: 'healthStart', label: 'Time to start', half: true, when: checked },
      { kind: 'line', name: 'healthRetries', label: 'Failures until unhealthy', half: true, when: checked },
    ],
  },
  {
    title: 'Reach, log and end',
    about: 'What it may do, where its output goes, how it is stopped. The policy has a say.',
    open: false,
    fields: [
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
      },
      {
        kind: 'line',
        name: 'stopSignal',
        label: 'Signal to stop',
        half: true,
        mono: true,
        hint: 'SIGTERM unless told.',
      },
      { kind: 'line', name: 'stopGrace', label: 'Time to end', half: true, hint: 'Such as 30s; then it is killed.' },
    ],
  },
]

function policy(of: '' | 'back'): readonly FormField<Form>[] {
  const back = of === 'back'
  const when = (form: Form): boolean => !job(form)
  return [
    {
      kind: 'line',
      name: back ? 'backParallelism' : 'parallelism',
      label: 'Tasks at once',
      half: true,
      hint: '0 is all. 1 unless told.',
      when,
    },
    {
      kind: 'line',
      name: back ? 'backDelay' : 'delay',
      label: 'Pause between',
      half: true,
      hint: 'Such as 10s.',
      when,
    },
    {
      kind: 'line',
      name: back ? 'backMonitor' : 'monitor',
      label: 'Watch each for',
      half: true,
      hint: 'One that fails meanwhile counts. 5s unless told.',
      when,
    },
    {
      kind: 'line',
      name: back ? 'backFailures' : 'failures',
      label: 'Failures it bears',
      half: true,
      hint: 'Such as 10% of its tasks.',
      when,
    },
    {
      kind: 'choice',
      name: back ? 'backOnFailure' : 'onFailure',
      label: 'On more failures',
      half: true,
      options: back
        ? [
            ['', 'the engine’s own: it pauses'],
            ['pause', 'it pauses'],
            ['continue', 'it goes on'],
          ]
        : [
            ['', 'the engine’s own: it pauses'],
            ['pause', 'it pauses'],
            ['rollback', 'it goes back by itself'],
            ['continue', 'it goes on'],
          ],
      when,
    },
    { kind: 'choice', name: back ? 'backOrder' : 'order', label: 'Order', half: true, options: orders, when },
  ]
}
