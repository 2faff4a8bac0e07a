import type { Readable } from 'node:stream'

/** An image as its engine lists it. Times are ISO 8601 UTC. */
export interface ObservedImage {
  /** `sha256:…`. */
  readonly imageId: string
  readonly tags: readonly string[]
  readonly digests: readonly string[]
  readonly sizeBytes: number
  readonly createdAt: string
  readonly labels: Readonly<Record<string, string>>
}
export interface ImageDetail {
  readonly platform: string
  readonly user: string | null
  readonly command: readonly string[]
  readonly entrypoint: readonly string[]
  readonly workingDirectory: string | null
  readonly ports: readonly string[]
  readonly volumes: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** Newest first. */
  readonly layers: readonly {
    readonly id: string | null
    readonly command: string
    readonly sizeBytes: number
    readonly createdAt: string
    readonly tags: readonly string[]
  }[]
}

/** Sign-in for one registry, for one call. Never kept by a driver, never in a log. */
export interface RegistrySignIn {
  readonly address: string
  readonly username: string
  readonly password: string
}
/**
 * Does what needs the registry of an image with the sign-in for it, null where none is known, and says in its error what to do where the
 * registry refuses.
 */
export type SignedIn = <T>(reference: string, act: (signIn: RegistrySignIn | null) => Promise<T>) => Promise<T>

/** How far one layer is; `total` is null where it is not known. */
export interface LayerProgress {
  readonly layer: string
  readonly status: string
  readonly current: number
  readonly total: number | null
}
export type LayerReport = (progress: LayerProgress) => void

/** Images of one target (capability `images`). Fails as `Connection` does. */
export interface Images {
  list(signal?: AbortSignal): Promise<readonly ObservedImage[]>
  detail(image: string): Promise<ImageDetail>
  /** Answers the image's id. `platform` such as linux/arm64. */
  pull(
    reference: string,
    signIn: RegistrySignIn | null,
    report: LayerReport,
    signal: AbortSignal,
    platform?: string,
  ): Promise<string>
  /** Answers the digest under which the registry has it now. */
  push(
    reference: string,
    signIn: RegistrySignIn | null,
    report: LayerReport,
    signal: AbortSignal,
  ): Promise<string | null>
  tag(image: string, reference: string): Promise<void>
  /** STATE_CONFLICT while something uses it. */
  remove(
    image: string,
    options: { readonly force: boolean },
  ): Promise<{ readonly untagged: readonly string[]; readonly removed: readonly string[] }>
  /** A tar that `load` takes. */
  save(images: readonly string[], signal: AbortSignal): Promise<Readable>
  /** Answers what was loaded, names or ids. */
  load(tar: Readable, signal: AbortSignal): Promise<readonly string[]>
  /** The digest that the registry has under this name now, asked through the engine; null where it cannot tell. */
  remoteDigest(reference: string, signIn: RegistrySignIn | null, signal: AbortSignal): Promise<string | null>
}
