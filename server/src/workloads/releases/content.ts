import type { Artefact } from '@wheelhouse/contract'
import type { Rendered } from '../stacks/index.ts'

/** A file of the config as it was rendered. Its text may hold secrets. */
export interface ReleaseFile {
  readonly app: string | null
  /** Relative to the folder of the project. */
  readonly to: string
  readonly mode: number
  readonly text: string
}

/** The part of a release that goes to one target. */
export interface Placement {
  readonly targetId: string
  readonly part: 'processes' | 'containers'
  readonly rendered: Rendered
  /** On a Swarm: what secrets and configs of the stack are called there, in which a new value is a new object. */
  readonly objects?: readonly PlacedObject[]
}
export interface PlacedObject {
  readonly kind: 'secret' | 'config'
  /** In the rendered stack, which holds its value. */
  readonly name: string
  readonly as: string
}

/** All that is needed to bring a release again, without the network and without today's settings. Stored sealed. */
export interface ReleaseContent {
  readonly name: string
  readonly stackName: string
  readonly directory: string | null
  readonly manifestFile: string | null
  readonly source: string
  readonly placements: readonly Placement[]
  readonly files: readonly ReleaseFile[]
  /** Absolute folder of each app, made from its artefact, its config files and its shared paths. */
  readonly folders: Readonly<Record<string, ReleaseFolder>>
  /** Names of the images of apps, by app. */
  readonly images: Readonly<Record<string, string>>
  /** What tells each of them on every engine; releases of before this was noted have none. */
  readonly imageContents?: Readonly<Record<string, string>>
  /** Under which name and digest a registry has the images of apps, for the nodes of Swarms. */
  readonly pushed?: Readonly<Record<string, string>>
  readonly artefacts: readonly Artefact[]
  readonly secretKeys: readonly string[]
  readonly values: Readonly<Record<string, string>>
  /** What was given for `${NAME}` with the call, beside the values of the config. */
  readonly variables?: Readonly<Record<string, string>>
  readonly config?: { readonly set: string; readonly version: number } | null
}

/** What the folder of an app is made from, so that it can be made anew. */
export interface ReleaseFolder {
  readonly path: string
  readonly artefact: string
  readonly files: readonly { readonly path: string; readonly mode: number; readonly text: string }[]
  readonly shared: readonly { readonly path: string; readonly from: string; readonly folder: boolean }[]
}
