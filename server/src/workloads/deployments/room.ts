import type { Builder } from '@wheelhouse/builders/builder'
import type { Backup, LogLine, NewEvent, NotificationOccasion, PolicyRules } from '@wheelhouse/contract'
import type { RegistrySignIn } from '@wheelhouse/driver'
import type { Log } from '@wheelhouse/platform/log'
import type { Secrets } from '@wheelhouse/platform/secrets'
import type { Proxy } from '@wheelhouse/proxies/proxy'
import type { Sight } from '../../inventory/targets/index.ts'
import type { Releases } from '../releases/index.ts'
import type { Project, ProjectConfig, ProjectInput, Stacks, StackTargets } from '../stacks/index.ts'
import type { BackupRequest } from './backup-request.ts'
import type { CertificateFacts } from './preflight/certificates.ts'
import type { LiveLines } from './saga/lines.ts'
import type { DeploymentFrames } from './saga/frames.ts'
import type { RenderedFile, WrittenFile } from './config-files.ts'
import type { DeploymentStore } from './store.ts'

/** Times in ms. */
export interface DeploymentSettings {
  /** Absolute: artefacts, build caches, folders of releases. */
  readonly data: string
  readonly settleMs: number
  readonly waitMs: number
  /** Runs at the same time, of different stacks. */
  readonly concurrency: number
  /** Longest time an undo waits for a target that does not answer. */
  readonly undoPatienceMs: number
  readonly publicUrl: string | null
}

/** What deployments need of configs. */
export interface ConfigPort {
  render(project: Project, apps: readonly string[] | null): Promise<readonly RenderedFile[]>
  /** All or nothing; old files are copied to `backupFolder` first. Done twice with the same folder it keeps the first copies. */
  write(files: readonly RenderedFile[], backupFolder: string): Promise<readonly WrittenFile[]>
  restore(files: readonly WrittenFile[]): Promise<void>
  /** What a write that was cut off had copied so far. */
  written(backupFolder: string): Promise<readonly WrittenFile[]>
}

export interface WorkContext {
  readonly signal: AbortSignal
  progress(text: string, fraction?: number): void
  log(text: string): void
}

/** What deployments need of backups. */
export interface BackupPort {
  create(request: BackupRequest, context: WorkContext): Promise<Backup>
  restoreDatabases(backupId: string, context: WorkContext): Promise<void>
  writable(request: BackupRequest): Promise<{ ok: boolean; message: string }>
}

/** What the channels of a manifest are told. */
export interface Message {
  readonly deploymentId: string
  readonly occasion: NotificationOccasion
  readonly sentence: string
  readonly stack: string
  readonly environment: string
  readonly release: number | null
  /** The stage that decided. */
  readonly failed: string | null
  readonly lines: readonly string[]
}

/** What deployments need of Swarms. */
export interface SwarmPort {
  /** As it was told last; null for what is no Swarm, and until one is heard. */
  sight(targetId: string): Sight | null
  /** Registered engines that are its nodes, managers first. */
  enginesOf(targetId: string): readonly string[]
}

/** What every part of the domain works with. */
export interface DeployRoom {
  readonly store: DeploymentStore
  readonly releases: Releases
  readonly stacks: Stacks
  readonly targets: StackTargets
  readonly swarms: SwarmPort
  /** For one call to the registry of this image; null where it needs none. */
  signInFor(reference: string): Promise<RegistrySignIn | null>
  readonly builders: ReadonlyMap<string, Builder>
  readonly proxies: ReadonlyMap<Proxy['kind'], Proxy>
  readonly configs: ConfigPort
  readonly backups: BackupPort
  readonly certificates: { find(nameOrFile: string): Promise<CertificateFacts | null> }
  readonly secrets: Pick<Secrets, 'seal' | 'open'>
  readonly settings: DeploymentSettings
  /** What workloads may ask of a target. */
  rulesFor(targetId: string): PolicyRules
  readonly log: Log
  readonly lines: LiveLines
  readonly frames: DeploymentFrames
  /** With the values of its config as they are now, or as they were kept. */
  project(input: ProjectInput, kept?: ProjectConfig): Promise<Project>
  lastLines(serviceId: string, count: number): Promise<readonly LogLine[]>
  announce(event: NewEvent): unknown
  /** Tells the channels that a manifest names; answers those that are not there or off. */
  tell(channels: readonly string[], message: Message): Promise<readonly string[]>
  /** Brings the schedules of a manifest in step, to act with the rights of that user; null for one who is no user. */
  syncSchedules(project: Project, userId: string | null): Promise<void>
}
