import type { EndpointSettings } from '../networks/endpoints.ts'

/** What containers are attached to and mount, in a list and in an inspect alike; a list lacks the aliases. */
export interface Belongings {
  readonly Mounts?: readonly { readonly Type: string; readonly Name?: string; readonly Destination: string }[] | null
  readonly NetworkSettings?: { readonly Networks?: Readonly<Record<string, EndpointSettings>> | null } | null
}

/** The parts of Engine API answers that the mirror reads (docs.docker.com/reference/api/engine, 1.41). */
export interface ListedContainer extends Belongings {
  readonly Id: string
  readonly Names: readonly string[] | null
  readonly Image: string
  readonly ImageID?: string
  readonly Command: string
  /** Seconds since 1970. */
  readonly Created: number
  readonly Ports: readonly { IP?: string; PrivatePort: number; PublicPort?: number; Type: string }[] | null
  readonly Labels: Readonly<Record<string, string>> | null
  readonly State: string
  /** For people: `Exited (137) 4 minutes ago`, `Up 3 minutes (healthy)`. */
  readonly Status: string
}

export interface InspectedContainer extends Belongings {
  readonly Id: string
  readonly Name: string
  /** `sha256:…`. */
  readonly Image?: string
  readonly Created: string
  readonly Path: string
  readonly Args: readonly string[] | null
  readonly RestartCount: number
  readonly State: {
    readonly Status: string
    readonly Paused: boolean
    readonly OOMKilled: boolean
    readonly Pid: number
    readonly ExitCode: number
    readonly Error: string
    readonly StartedAt: string
    readonly FinishedAt: string
    readonly Health?: {
      readonly Status: string
      readonly Log?: readonly { readonly Output?: string; readonly End?: string }[] | null
    } | null
  }
  readonly Config: {
    readonly Image: string
    readonly Tty: boolean
    readonly Env: readonly string[] | null
    readonly Labels: Readonly<Record<string, string>> | null
  }
  readonly NetworkSettings: {
    readonly Networks?: Readonly<Record<string, EndpointSettings>> | null
    readonly Ports?: Readonly<Record<string, readonly { HostIp: string; HostPort: string }[] | null>> | null
  }
}

/** ISO 8601 UTC in milliseconds; null for the engine's "never" (year 1). */
export function instant(text: string): string | null {
  // Each line of a log comes by here: what is in UTC already only loses digits.
  if (text.length === 30 && text[29] === 'Z' && text > '1971') return `${text.slice(0, 23)}Z`
  const time = Date.parse(text)
  return Number.isNaN(time) || time <= 0 ? null : new Date(time).toISOString()
}
