import type { Command } from 'commander'

/** A word written by hand. `load` brings its options and body, only when it was typed. */
export interface Word {
  readonly name: string
  readonly alias?: string
  readonly group: string
  readonly summary: string
  load(): Promise<{ define(command: Command): void }>
}

const look = 'Look:'
const act = 'Act:'
const stack = 'Stacks:'
export const image = 'Images:'
export const deploying = 'Deploy:'
const here = 'This command line:'

const actWord = (name: 'start' | 'stop' | 'restart' | 'pause' | 'resume' | 'kill', summary: string): Word => ({
  name,
  group: act,
  summary,
  load: async () => ({ define: (await import('../commands/act.ts')).defineAct(name) }),
})

const availabilityWord = (name: string, availability: 'active' | 'pause' | 'drain', summary: string): Word => ({
  name,
  group: act,
  summary,
  load: async () => ({
    define: (await import('../commands/swarm/availability.ts')).defineAvailability(availability),
  }),
})

export const words: readonly Word[] = [
  {
    name: 'get',
    group: look,
    summary: 'List services, targets, deployments, backups and more',
    load: () => import('../commands/get.ts'),
  },
  {
    name: 'describe',
    group: look,
    summary: 'Show all there is to know of one thing',
    load: () => import('../commands/describe.ts'),
  },
  {
    name: 'logs',
    group: look,
    summary: 'Print or follow the logs of services',
    load: () => import('../commands/logs.ts'),
  },
  {
    name: 'top',
    group: look,
    summary: 'CPU, memory and traffic, or the processes of one container, live',
    load: () => import('../commands/top.ts'),
  },
  {
    name: 'events',
    group: look,
    summary: 'What happened, and what happens (-w)',
    load: () => import('../commands/events.ts'),
  },
  actWord('start', 'Start services'),
  actWord('stop', 'Stop services: signal, wait, then kill'),
  actWord('restart', 'Restart services'),
  actWord('pause', 'Freeze services where they stand'),
  actWord('resume', 'Let paused services go on'),
  actWord('kill', 'Send a signal to services'),
  {
    name: 'run',
    group: act,
    summary: 'Make and start a container, with the flags of docker run',
    load: () => import('../commands/containers/run.ts'),
  },
  {
    name: 'edit',
    group: act,
    summary: 'Change a container in an editor; the old one is kept until the new is healthy',
    load: () => import('../commands/containers/edit.ts'),
  },
  {
    name: 'exec',
    group: act,
    summary: 'Run a command inside a service',
    load: () => import('../commands/terminal/exec.ts'),
  },
  {
    name: 'attach',
    group: act,
    summary: 'Join a terminal that is open; Ctrl-] . leaves it again',
    load: () => import('../commands/terminal/attach.ts'),
  },
  {
    name: 'cp',
    group: act,
    summary: 'Copy files and folders into containers and volumes, and out of them',
    load: () => import('../commands/volumes/cp.ts'),
  },
  { name: 'rename', group: act, summary: 'Rename a service', load: () => import('../commands/rename.ts') },
  {
    name: 'scale',
    group: act,
    summary: 'Change how many tasks Swarm services have',
    load: () => import('../commands/swarm/scale.ts'),
  },
  availabilityWord('drain', 'drain', 'Move every task off nodes, after showing where they fit'),
  availabilityWord('cordon', 'pause', 'Let nodes keep their tasks and take no new ones'),
  availabilityWord('uncordon', 'active', 'Let nodes take tasks again'),
  {
    name: 'delete',
    group: act,
    summary: 'Remove services, stacks, targets, backups, users and more',
    load: () => import('../commands/delete.ts'),
  },
  {
    name: 'apply',
    group: stack,
    summary: 'Bring a target to what a stack file says',
    load: () => import('../commands/apply.ts'),
  },
  { name: 'plan', group: stack, summary: 'Show what apply would change', load: () => import('../commands/plan.ts') },
  {
    name: 'remove',
    group: stack,
    summary: 'Remove a stack; named volumes stay',
    load: () => import('../commands/remove.ts'),
  },
  {
    name: 'install',
    group: stack,
    summary: 'Install services in the operating system',
    load: () => import('../commands/install.ts'),
  },
  {
    name: 'uninstall',
    group: stack,
    summary: 'Take them out of the operating system again',
    load: () => import('../commands/uninstall.ts'),
  },
  {
    name: 'pull',
    group: image,
    summary: 'Pull an image to an engine, layer by layer',
    load: async () => ({ define: (await import('../commands/images/transfer.ts')).definePull }),
  },
  {
    name: 'push',
    group: image,
    summary: 'Push an image to its registry',
    load: async () => ({ define: (await import('../commands/images/transfer.ts')).definePush }),
  },
  {
    name: 'tag',
    group: image,
    summary: 'Give an image a further name',
    load: async () => ({ define: (await import('../commands/images/names.ts')).defineTag }),
  },
  {
    name: 'deploy',
    group: deploying,
    summary: 'From source to a verified service; undone when it fails',
    load: () => import('../commands/deployments/deploy.ts'),
  },
  {
    name: 'check',
    group: deploying,
    summary: 'Preflight: look at everything a deployment needs',
    load: () => import('../commands/deployments/check.ts'),
  },
  {
    name: 'rollout',
    group: deploying,
    summary: 'What runs of a stack, and the way back',
    load: () => import('../commands/deployments/rollout.ts'),
  },
  {
    name: 'promote',
    group: deploying,
    summary: 'Bring the very release of one environment to another',
    load: () => import('../commands/deployments/promote.ts'),
  },
  {
    name: 'approve',
    group: deploying,
    summary: 'Let the stage that waits go on',
    load: async () => ({ define: (await import('../commands/deployments/decide.ts')).defineDecision(true) }),
  },
  {
    name: 'refuse',
    group: deploying,
    summary: 'Refuse the stage that waits; the deployment is undone',
    load: async () => ({ define: (await import('../commands/deployments/decide.ts')).defineDecision(false) }),
  },
  {
    name: 'report',
    group: deploying,
    summary: 'The report of a deployment, as a page or as JSON',
    load: () => import('../commands/deployments/report.ts'),
  },
  {
    name: 'login',
    group: here,
    summary: 'Sign in to a server and keep a token for it',
    load: () => import('../commands/login.ts'),
  },
  {
    name: 'logout',
    group: here,
    summary: 'Revoke the token and forget it',
    load: () => import('../commands/logout.ts'),
  },
  {
    name: 'context',
    alias: 'contexts',
    group: here,
    summary: 'The servers known here: list, use, show, rename, remove',
    load: () => import('../commands/context.ts'),
  },
  {
    name: 'completion',
    group: here,
    summary: 'Completion for bash, zsh or fish',
    load: () => import('../commands/completion.ts'),
  },
  {
    name: 'version',
    group: here,
    summary: 'Versions of this command and of the server',
    load: () => import('../commands/version.ts'),
  },
]

export const domainSummaries: Record<string, string> = {
  auth: 'Your own account: profile, password, sessions',
  users: 'People and what they may do',
  tokens: 'API tokens',
  audit: 'Who changed what, when and from where',
  targets: 'Where services run',
  services: 'Every operation on services',
  stacks: 'Every operation on stacks',
  terminals: 'Terminals in services',
  triggers: 'Schedules and webhooks that deploy or back up',
  notifications: 'Where messages go when something happens',
  metrics: 'Readings of services and targets',
  scrapes: 'Metrics endpoints of services that are scraped',
  health: 'Health checks and their results',
  timeline: 'Events, by type, target or service',
  jobs: 'Work that outlives its request',
  diagnostics: 'How the control plane itself is doing',
  maintenance: 'Copies of its own database, and what keeps it in order',
  dashboards: 'The overview in one answer',
}
