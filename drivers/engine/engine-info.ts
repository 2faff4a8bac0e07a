import type { EngineInfo } from '@wheelhouse/contract'
import type { EngineClient } from './client.ts'

/** What GET /info tells, as far as it is used. */
export interface EngineFacts {
  readonly engine: EngineInfo
  readonly kernel: string
  /** Folder of images and volumes, on the engine's machine. */
  readonly root: string
  /** The engine's clock, in nanoseconds since 1970. */
  readonly now: number
}

/** Asks who the engine is. Fails with TARGET_UNREACHABLE after five silent seconds. */
export async function askEngine(client: EngineClient, signal?: AbortSignal): Promise<EngineFacts> {
  const version = await client.version()
  const info = await client.json<{
    Name: string
    OperatingSystem: string
    Architecture: string
    ServerVersion: string
    KernelVersion: string
    DockerRootDir: string
    SystemTime: string
    NCPU: number
    MemTotal: number
  }>({ path: '/info', timeoutMs: 5000, signal })
  return {
    engine: {
      hostname: info.Name,
      os: info.OperatingSystem,
      arch: info.Architecture,
      version: info.ServerVersion,
      apiVersion: version.text,
      cpus: info.NCPU,
      memoryBytes: info.MemTotal,
    },
    kernel: info.KernelVersion,
    root: info.DockerRootDir,
    now: (Date.parse(info.SystemTime) || Date.now()) * 1e6,
  }
}
