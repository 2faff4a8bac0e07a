import type { StackFormat, Strategy } from '@wheelhouse/contract'
import type { Problem } from '../file/problems.ts'
import type { Manifest } from '../manifest/schema.ts'
import type { Rendered } from '../rendered.ts'

/** Which project: the fields of contract `deploymentSource` that say so. */
export interface ProjectInput {
  readonly directory?: string | undefined
  readonly manifest?: string | undefined
  readonly source?: string | undefined
  readonly environment?: string | undefined
  readonly variables?: Readonly<Record<string, string>> | undefined
  readonly target?: string | undefined
}

/** Where the values of a project come from; `file` is relative to `directory`. */
export interface ConfigSource {
  readonly directory: string | null
  readonly file?: string
  readonly set?: string
  readonly schema?: string | Record<string, unknown>
  readonly secrets?: readonly string[]
  readonly environment: string
  readonly stack: string
}

/** The values of a project as one version of a config set. */
export interface ProjectConfig {
  readonly setId: string
  readonly setName: string
  readonly version: number
  readonly values: Readonly<Record<string, string>>
  readonly secretKeys: ReadonlySet<string>
  readonly problems: readonly {
    readonly key: string
    readonly line: number | null
    readonly message: string
    readonly severity: 'error' | 'warning'
  }[]
}

/** Which targets a part of it may be brought to, as people named them; null for the only fitting one. */
export type TargetNames = readonly string[] | null

/** A manifest with all that its environment decides. Nothing of it is built or changed yet. */
export interface Project {
  readonly name: string
  readonly environment: string
  /** Its name on the targets, unique for each environment. */
  readonly stack: string
  /** Absolute and real; null where only a text was sent. */
  readonly directory: string | null
  /** Name of the manifest in the folder. */
  readonly file: string | null
  readonly source: string
  readonly format: StackFormat
  /** Null for a plain Compose file, and where a problem is an error. */
  readonly manifest: Manifest | null
  readonly problems: readonly Problem[]
  readonly configSource: ConfigSource | null
  readonly config: ProjectConfig | null
  readonly strategy: Strategy
  readonly targets: TargetNames
  readonly environments: readonly string[]
  /**
   * Turns it into what targets are asked for, with the folder of each app and the image of each app that has one. Containers are those of
   * an engine, or services of a Swarm; unless told, services where all of its targets for them are Swarms.
   */
  render(built: BuiltApps, on?: 'engine' | 'swarm'): ProjectRendered
}

export interface BuiltApps {
  readonly folders: Readonly<Record<string, string>>
  readonly images: Readonly<Record<string, string>>
  readonly serve: Readonly<Record<string, readonly string[]>>
}
export interface ProjectRendered {
  readonly problems: readonly Problem[]
  /** Null where the project has none, or a problem is an error. */
  readonly processes: Rendered | null
  readonly containers: Rendered | null
}
