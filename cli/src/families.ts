import type { Command } from 'commander'
import { deploying, image } from './catalog.ts'

type Load = () => Promise<{ define(command: Command): void }>

/** A verb of a family written by hand; it stands in for the derived one of the same name. */
export interface HandVerb {
  readonly name: string
  readonly summary: string
  load(): Promise<{ define(command: Command): void }>
}

/** A domain whose derived verbs are joined by some that a person would rather type. */
export interface Family {
  readonly domain: string
  /** The short word; the name of the domain works as well. */
  readonly name: string
  readonly summary: string
  readonly group?: string
  /** What the word does without a verb. */
  readonly bare?: Load
  readonly verbs: readonly HandVerb[]
}

type Definer = (command: Command) => void
const part =
  <N extends string>(load: () => Promise<Record<N, Definer>>, name: N): Load =>
  async () => ({ define: (await load())[name] })

const backup = () => import('./commands/backups/verbs.ts')
const retention = () => import('./commands/backups/restore.ts')
const value = () => import('./commands/configs/values.ts')
const version = () => import('./commands/configs/versions.ts')
const transfer = () => import('./commands/configs/transfer.ts')
const certificate = () => import('./commands/certificates/verbs.ts')
const imageTransfer = () => import('./commands/images/transfer.ts')
const imageName = () => import('./commands/images/names.ts')
const imageFile = () => import('./commands/images/files.ts')
const volume = () => import('./commands/volumes/verbs.ts')
const volumeFile = () => import('./commands/volumes/files.ts')
const container = () => import('./commands/containers/verbs.ts')
const engine = () => import('./commands/engines/verbs.ts')
const policy = () => import('./commands/policies/verbs.ts')
const network = () => import('./commands/networks/verbs.ts')
const revision = () => import('./commands/stacks/revisions.ts')
const release = () => import('./commands/deployments/releases.ts')

export const families: readonly Family[] = [
  {
    domain: 'targets',
    name: 'targets',
    summary: 'Where services run',
    verbs: [
      {
        name: 'register',
        summary: 'Register a Docker engine by socket, TCP, TLS or SSH',
        load: part(() => import('./commands/targets/register.ts'), 'define'),
      },
      {
        name: 'import',
        summary: 'Register what docker context knows on this machine',
        load: part(() => import('./commands/targets/import.ts'), 'define'),
      },
    ],
  },
  {
    domain: 'stacks',
    name: 'stack',
    summary: 'Stacks: their history, what differs, the way back',
    verbs: [
      {
        name: 'history',
        summary: 'Every revision: who, when, why, applied or not',
        load: part(revision, 'defineHistory'),
      },
      { name: 'diff', summary: 'What differs between two revisions', load: part(revision, 'defineDiff') },
      {
        name: 'rollback',
        summary: 'Apply an old revision anew, after showing the plan',
        load: part(revision, 'defineRollback'),
      },
    ],
  },
  {
    domain: 'stackSources',
    name: 'stack-source',
    summary: 'Stacks that follow a git repository: connect, sync, disconnect',
    verbs: [],
  },
  {
    domain: 'deployments',
    name: 'deployments',
    summary: 'Every run: look, read its log, cancel, decide',
    verbs: [
      {
        name: 'get',
        summary: 'Show a deployment',
        load: part(() => import('./commands/deployments/show.ts'), 'define'),
      },
      {
        name: 'log',
        summary: 'What its stages printed',
        load: part(() => import('./commands/deployments/log.ts'), 'define'),
      },
      {
        name: 'follow',
        summary: 'Watch a run until it ends',
        load: part(() => import('./commands/deployments/show.ts'), 'defineFollow'),
      },
      {
        name: 'cancel',
        summary: 'Drop it from the queue, or undo it while it runs',
        load: part(() => import('./commands/deployments/decide.ts'), 'defineCancel'),
      },
      {
        name: 'approve',
        summary: 'Let the stage that waits go on',
        load: part(() => import('./commands/deployments/decide.ts'), 'defineApprove'),
      },
      {
        name: 'refuse',
        summary: 'Refuse the stage that waits; it is undone',
        load: part(() => import('./commands/deployments/decide.ts'), 'defineRefuse'),
      },
      {
        name: 'report',
        summary: 'The report, as a page or as JSON',
        load: part(() => import('./commands/deployments/report.ts'), 'define'),
      },
    ],
  },
  {
    domain: 'releases',
    name: 'releases',
    summary: 'What can be brought back: kept releases',
    verbs: [
      { name: 'pin', summary: 'Keep a release until it is unpinned', load: part(release, 'definePin') },
      { name: 'unpin', summary: 'Let a release go with the others again', load: part(release, 'defineUnpin') },
      { name: 'compare', summary: 'What differs between two releases', load: part(release, 'defineCompare') },
      { name: 'cleanup', summary: 'Remove old releases, after showing which', load: part(release, 'defineCleanup') },
    ],
  },
  {
    domain: 'backups',
    name: 'backup',
    summary: 'Back up, restore, verify and drill',
    group: deploying,
    verbs: [
      { name: 'create', summary: 'Back up what the manifest names', load: part(backup, 'defineCreate') },
      { name: 'list', summary: 'List backups, newest first', load: part(backup, 'defineList') },
      {
        name: 'restore',
        summary: 'Restore a backup, after showing what that changes',
        load: part(retention, 'defineRestore'),
      },
      { name: 'verify', summary: 'Compare every part with its checksum', load: part(backup, 'defineVerify') },
      {
        name: 'drill',
        summary: 'Restore its databases into scratch ones and report',
        load: part(backup, 'defineDrill'),
      },
      { name: 'cleanup', summary: 'Remove old backups, after showing which', load: part(retention, 'defineCleanup') },
    ],
  },
  {
    domain: 'containers',
    name: 'container',
    summary: 'Containers: forms, limits, files, images of them',
    verbs: [
      { name: 'ls', summary: 'List a folder of a container', load: part(container, 'defineLs') },
      { name: 'cat', summary: 'Print a text file of a container', load: part(container, 'defineCat') },
      { name: 'limit', summary: 'Change its limits while it runs', load: part(container, 'defineLimit') },
      { name: 'commit', summary: 'Make an image of it as it is', load: part(container, 'defineCommit') },
      {
        name: 'prune',
        summary: 'Remove stopped containers, after showing which',
        load: part(container, 'definePrune'),
      },
    ],
  },
  {
    domain: 'engines',
    name: 'engine',
    summary: 'The engines themselves: info, disk usage, events, clean-up',
    verbs: [
      { name: 'info', summary: 'Who it is, what it warns of and what it lacks', load: part(engine, 'defineInfo') },
      { name: 'df', summary: 'What takes the disk, as last counted', load: part(engine, 'defineDf') },
      {
        name: 'events',
        summary: 'What the engine tells, and goes on telling (-w)',
        load: part(engine, 'defineEvents'),
      },
      { name: 'prune', summary: 'Remove what nothing uses, after showing it', load: part(engine, 'definePrune') },
    ],
  },
  {
    domain: 'policies',
    name: 'policy',
    summary: 'What workloads may ask of their hosts',
    verbs: [
      { name: 'get', summary: 'Show the policy of the house or of a target', load: part(policy, 'defineGet') },
      { name: 'set', summary: 'Change rules, after showing what differs', load: part(policy, 'defineSet') },
      { name: 'clear', summary: 'Let a target follow the house again', load: part(policy, 'defineClear') },
    ],
  },
  {
    domain: 'volumes',
    name: 'volume',
    summary: 'Volumes and the files in them',
    verbs: [
      { name: 'create', summary: 'Make a volume', load: part(volume, 'defineCreate') },
      { name: 'ls', summary: 'List a folder of a volume', load: part(volumeFile, 'defineLs') },
      { name: 'cat', summary: 'Print a text file of a volume', load: part(volumeFile, 'defineCat') },
      { name: 'edit', summary: 'Change a text file in an editor', load: part(volumeFile, 'defineEdit') },
      { name: 'rm', summary: 'Remove a file or folder of a volume', load: part(volumeFile, 'defineRm') },
      { name: 'clone', summary: 'Copy a volume to another name or target', load: part(volume, 'defineClone') },
      { name: 'save', summary: 'Write a volume, or a folder of it, into a tar', load: part(volume, 'defineSave') },
      { name: 'restore', summary: 'Put a tar into a volume', load: part(volume, 'defineRestore') },
      { name: 'prune', summary: 'Remove unused volumes, after showing which', load: part(volume, 'definePrune') },
    ],
  },
  {
    domain: 'networks',
    name: 'network',
    summary: 'Networks and who is in them',
    verbs: [
      { name: 'create', summary: 'Make a network', load: part(network, 'defineCreate') },
      { name: 'connect', summary: 'Let a container into a network', load: part(network, 'defineConnect') },
      { name: 'disconnect', summary: 'Take a container out of a network', load: part(network, 'defineDisconnect') },
      { name: 'prune', summary: 'Remove unused networks, after showing which', load: part(network, 'definePrune') },
      { name: 'topology', summary: 'Who reaches whom', load: part(network, 'defineTopology') },
    ],
  },
  {
    domain: 'configs',
    name: 'config',
    summary: 'Values of stacks: look, change, compare, sync into the apps',
    group: deploying,
    verbs: [
      {
        name: 'sync',
        summary: 'Render the templates of the manifest into every app, after showing the diffs',
        load: part(() => import('./commands/configs/sync.ts'), 'define'),
      },
      { name: 'get', summary: 'Show the values of a set, or one of them', load: part(value, 'defineGet') },
      { name: 'set', summary: 'Change values', load: part(value, 'defineSet') },
      { name: 'unset', summary: 'Take values out', load: part(value, 'defineUnset') },
      { name: 'reveal', summary: 'Print the value of one secret; audited', load: part(value, 'defineReveal') },
      { name: 'diff', summary: 'What differs between versions or sets', load: part(version, 'defineDiff') },
      { name: 'history', summary: 'Every version: who, when, why, how much', load: part(version, 'defineHistory') },
      { name: 'restore', summary: 'Make an old version the newest', load: part(version, 'defineRestore') },
      {
        name: 'edit',
        summary: 'Change values in an editor, one by one, or step by step',
        load: part(() => import('./commands/configs/edit.ts'), 'define'),
      },
      { name: 'import', summary: 'Take values from a .env, JSON or YAML file', load: part(transfer, 'defineImport') },
      { name: 'export', summary: 'Print the values as .env, JSON or YAML', load: part(transfer, 'defineExport') },
    ],
  },
  {
    domain: 'certificates',
    name: 'cert',
    summary: 'Certificates and the local authority',
    group: deploying,
    verbs: [
      {
        name: 'generate',
        summary: 'Generate a certificate for domains and addresses',
        load: part(certificate, 'defineGenerate'),
      },
      {
        name: 'info',
        summary: 'Show certificates, how long they last, and the authority',
        load: part(certificate, 'defineInfo'),
      },
      {
        name: 'verify',
        summary: 'Does a certificate fit, is it in date, is it trusted',
        load: part(certificate, 'defineVerify'),
      },
      {
        name: 'trust',
        summary: 'Make the system of the control plane trust the authority',
        load: part(certificate, 'defineTrust'),
      },
    ],
  },
  {
    domain: 'images',
    name: 'image',
    summary: 'Images of all engines: build, save, load, copy, prune',
    group: image,
    verbs: [
      { name: 'pull', summary: 'Pull an image to an engine, layer by layer', load: part(imageTransfer, 'definePull') },
      { name: 'push', summary: 'Push an image to its registry', load: part(imageTransfer, 'definePush') },
      { name: 'copy', summary: 'Bring an image from one engine to another', load: part(imageTransfer, 'defineCopy') },
      { name: 'tag', summary: 'Give an image a further name', load: part(imageName, 'defineTag') },
      { name: 'history', summary: 'The layers of an image, newest first', load: part(imageName, 'defineHistory') },
      { name: 'remove', summary: 'Remove images or names of them', load: part(imageName, 'defineRemove') },
      {
        name: 'prune',
        summary: 'Remove images nothing uses, after showing which and what that frees',
        load: part(() => import('./commands/images/prune.ts'), 'define'),
      },
      { name: 'build', summary: 'Build an image from a tar of its context', load: part(imageFile, 'defineBuild') },
      { name: 'save', summary: 'Write images into a tar that docker load takes', load: part(imageFile, 'defineSave') },
      { name: 'load', summary: 'Load images that docker save wrote', load: part(imageFile, 'defineLoad') },
    ],
  },
  {
    domain: 'registries',
    name: 'registry',
    summary: 'Registries: sign-ins, repositories and tags',
    group: image,
    verbs: [],
  },
  {
    domain: 'swarm',
    name: 'swarm',
    summary: 'Swarms: begin, join, leave, tokens, keys, settings',
    verbs: [],
  },
  {
    domain: 'nodes',
    name: 'node',
    summary: 'Nodes of Swarms: availability, role, labels',
    verbs: [],
  },
  {
    domain: 'tasks',
    name: 'task',
    summary: 'Tasks of Swarms, those that need somebody first',
    verbs: [],
  },
  {
    domain: 'swarmServices',
    name: 'swarm-service',
    summary: 'Swarm services: make, change, roll out, roll back, hold',
    verbs: [],
  },
  {
    domain: 'swarmSecrets',
    name: 'secret',
    summary: 'Secrets of Swarms: make, rotate, revert',
    verbs: [],
  },
  {
    domain: 'swarmConfigs',
    name: 'swarm-config',
    summary: 'Configs of Swarms: make, read, rotate, revert',
    verbs: [],
  },
  {
    domain: 'health',
    name: 'health',
    summary: 'Services, resources and health in one page',
    group: 'Look:',
    bare: () => import('./commands/health.ts'),
    verbs: [],
  },
]

export const familyOf = (word: string): Family | undefined =>
  families.find((family) => family.name === word || family.domain === word)
