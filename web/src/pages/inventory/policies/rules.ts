import type { PolicyRules } from '@wheelhouse/contract'

type FlagName = { [K in keyof PolicyRules]: PolicyRules[K] extends boolean ? K : never }[keyof PolicyRules]
type ListName = Exclude<keyof PolicyRules, FlagName>

export interface Flag {
  readonly name: FlagName
  readonly label: string
  readonly hint: string
  /** What it means for the host when it is allowed. */
  readonly weight: 'host' | 'some'
}
export const flags: readonly Flag[] = [
  {
    name: 'privileged',
    label: 'Run privileged',
    hint: 'As root of the host, past every other rule here.',
    weight: 'host',
  },
  {
    name: 'hostNamespaces',
    label: 'Share the process space, shared memory, users and host name of the host',
    hint: 'Sees and may end the processes of the host.',
    weight: 'host',
  },
  {
    name: 'hostNetwork',
    label: 'Share the network of the host',
    hint: 'Reaches what listens on its own address only.',
    weight: 'host',
  },
  {
    name: 'securityOptions',
    label: 'Set seccomp, AppArmor and labels',
    hint: 'May take its own walls away.',
    weight: 'host',
  },
  {
    name: 'plugins',
    label: 'Install and configure plugins of the engine',
    hint: 'A plugin is a program of the host.',
    weight: 'host',
  },
  { name: 'sysctls', label: 'Set kernel parameters', hint: 'Beyond net.*, which are its own.', weight: 'some' },
  {
    name: 'publicPorts',
    label: 'Publish ports on all addresses of the host',
    hint: 'Without it a port is published on an address that is named, such as 127.0.0.1.',
    weight: 'some',
  },
]

export interface List {
  readonly name: ListName
  readonly label: string
  readonly hint: string
  readonly example: string
  /** Null where the line may stand. */
  readonly wrong: (line: string) => string | null
}
const any = (): null => null
const rooted = (what: string) => (line: string) =>
  line === '*' || line.startsWith('/') ? null : `Write ${what}, or * for all.`

export const lists: readonly List[] = [
  {
    name: 'bindFolders',
    label: 'Folders of the host that may be mounted',
    hint: 'One a line, exactly these. * is all. None: none.',
    example: '/srv/data',
    wrong: rooted('a path such as /srv/data'),
  },
  {
    name: 'images',
    label: 'Images that may run',
    hint: 'One a line, * for any part. None: every image.',
    example: 'registry.example.com/*',
    wrong: (line) => (/\s/.test(line) ? 'An image has no blanks in its name.' : null),
  },
  {
    name: 'devices',
    label: 'Devices',
    hint: 'One a line. * is all.',
    example: '/dev/ttyUSB0',
    wrong: rooted('a device such as /dev/ttyUSB0'),
  },
  {
    name: 'capabilities',
    label: 'Capabilities',
    hint: 'Beyond those every engine gives. ALL is all.',
    example: 'NET_ADMIN',
    wrong: (line) => (/^[A-Za-z_]+$/.test(line) ? null : 'Write a capability such as NET_ADMIN.'),
  },
  {
    name: 'volumeDrivers',
    label: 'Volume drivers',
    hint: 'Beside local. * is all.',
    example: 'nfs',
    wrong: any,
  },
  {
    name: 'networkDrivers',
    label: 'Network drivers',
    hint: 'Beside bridge and overlay. * is all.',
    example: 'macvlan',
    wrong: any,
  },
  {
    name: 'logDrivers',
    label: 'Log drivers that send elsewhere',
    hint: 'Beside json-file, local, journald and none. * is all.',
    example: 'syslog',
    wrong: any,
  },
]

/** Rules as they are typed: a list is a text of lines. */
export type RulesForm = { readonly [K in FlagName]: boolean } & { readonly [K in ListName]: string }

export function formOfRules(rules: PolicyRules): RulesForm {
  const texts = lists.map(({ name }) => [name, rules[name].join('\n')])
  return { ...rules, ...(Object.fromEntries(texts) as Record<ListName, string>) }
}

export function rulesOfForm(form: RulesForm): {
  readonly rules: PolicyRules
  readonly wrong: Partial<Record<ListName, string>>
} {
  const wrong: Partial<Record<ListName, string>> = {}
  const read = lists.map(({ name, wrong: judge }) => {
    const items: string[] = []
    for (const [index, line] of form[name].split('\n').entries()) {
      const item = line.trim()
      if (item === '') continue
      const fault = judge(item)
      if (fault !== null) wrong[name] ??= `Line ${index + 1}: ${fault}`
      if (!items.includes(item)) items.push(item)
    }
    return [name, items] as const
  })
  return { rules: { ...form, ...(Object.fromEntries(read) as Record<ListName, string[]>) }, wrong }
}

/** What a change comes to, a line each: what is allowed from now on, and what no longer. */
export function changesOf(before: PolicyRules, after: PolicyRules): string[] {
  const words = (name: keyof PolicyRules): string =>
    flags.find((flag) => flag.name === name)?.label ?? lists.find((list) => list.name === name)?.label ?? name
  const changed = flags
    .filter(({ name }) => before[name] !== after[name])
    .map(({ name }) => `${words(name)}: ${after[name] ? 'allowed' : 'no longer allowed'}`)
  for (const { name } of lists) {
    const came = after[name].filter((item) => !before[name].includes(item))
    const went = before[name].filter((item) => !after[name].includes(item))
    if (came.length > 0) changed.push(`${words(name)}: ${came.join(', ')} added`)
    if (went.length > 0) changed.push(`${words(name)}: ${went.join(', ')} taken away`)
  }
  if (before.enforceOnAdministrators !== after.enforceOnAdministrators)
    changed.push(after.enforceOnAdministrators ? 'It binds administrators too' : 'Administrators are only told')
  return changed
}
