import type { ContainerLimits } from '@wheelhouse/contract'
import type { Containers, ContainerSpec, Files, Progress, SignedIn } from '@wheelhouse/driver'
import type { EngineClient } from '@wheelhouse/engine'
import { createContainer } from '../workloads/create.ts'
import { commitContainer } from './commit.ts'
import { limitContainer } from './limit.ts'
import { changesOf, processesOf, sizesOf } from './look.ts'
import { specOf } from './spec-of.ts'

/** What can be done with containers of one engine beyond the acts of every service. */
export class EngineContainers implements Containers {
  readonly #client: EngineClient
  readonly #files: (nativeId: string) => Files
  readonly #signedIn: SignedIn | undefined

  constructor(client: EngineClient, files: (nativeId: string) => Files, signedIn: SignedIn | undefined) {
    this.#client = client
    this.#signedIn = signedIn
    this.#files = files
  }

  make(spec: ContainerSpec, progress: Progress, signal: AbortSignal): Promise<string> {
    return createContainer(this.#client, spec, progress, signal, { start: false, signedIn: this.#signedIn })
  }
  specOf(nativeId: string): ReturnType<Containers['specOf']> {
    return specOf(this.#client, nativeId)
  }
  limit(nativeId: string, limits: ContainerLimits): Promise<readonly string[]> {
    return limitContainer(this.#client, nativeId, limits)
  }
  top(nativeId: string): ReturnType<Containers['top']> {
    return processesOf(this.#client, nativeId)
  }
  changes(nativeId: string): ReturnType<Containers['changes']> {
    return changesOf(this.#client, nativeId)
  }
  commit(nativeId: string, options: Parameters<Containers['commit']>[1]): Promise<string> {
    return commitContainer(this.#client, nativeId, options)
  }
  files(nativeId: string): Files {
    return this.#files(nativeId)
  }
  sizes(signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
    return sizesOf(this.#client, signal)
  }
}
