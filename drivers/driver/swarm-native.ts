/** The parts of Engine API objects of a Swarm that are read here (Service, Task). The objects themselves hold more. */
export interface TaskTemplate {
  readonly ContainerSpec?: {
    readonly Image?: string
    readonly Command?: readonly string[] | null
    readonly Args?: readonly string[] | null
    readonly Env?: readonly string[] | null
    readonly Dir?: string
    readonly TTY?: boolean
    readonly Healthcheck?: { readonly Test?: readonly string[] | null } | null
    readonly CapabilityAdd?: readonly string[] | null
    readonly Mounts?: readonly { readonly Type?: string; readonly Source?: string }[] | null
  }
  readonly RestartPolicy?: { readonly Condition?: string } | null
  readonly ForceUpdate?: number
  readonly Placement?: Readonly<Record<string, unknown>>
}

/** Durations are nanoseconds. */
export interface UpdateConfig {
  readonly Parallelism?: number
  readonly Delay?: number
  readonly Monitor?: number
  readonly FailureAction?: string
  readonly MaxFailureRatio?: number
  readonly Order?: string
}

export interface ServiceSpec {
  readonly Name: string
  readonly Labels?: Readonly<Record<string, string>> | null
  readonly TaskTemplate: TaskTemplate
  readonly Mode?: {
    readonly Replicated?: { readonly Replicas?: number } | null
    readonly Global?: object | null
    readonly ReplicatedJob?: { readonly TotalCompletions?: number; readonly MaxConcurrent?: number } | null
    readonly GlobalJob?: object | null
  }
  readonly UpdateConfig?: UpdateConfig | null
  readonly EndpointSpec?: Readonly<Record<string, unknown>> | null
}

export interface SwarmService {
  readonly ID: string
  readonly Version: { readonly Index: number }
  readonly CreatedAt: string
  readonly UpdatedAt: string
  readonly Spec: ServiceSpec
  readonly PreviousSpec?: ServiceSpec | null
  readonly Endpoint?: {
    readonly Ports?:
      | readonly {
          readonly Protocol?: string
          readonly TargetPort?: number
          readonly PublishedPort?: number
        }[]
      | null
  }
  readonly UpdateStatus?: {
    readonly State?: string
    readonly StartedAt?: string
    readonly CompletedAt?: string
    readonly Message?: string
  } | null
  readonly JobStatus?: { readonly JobIteration?: { readonly Index?: number } } | null
}

export interface SwarmTask {
  readonly ID: string
  readonly CreatedAt: string
  readonly Spec: TaskTemplate
  readonly ServiceID: string
  readonly Slot?: number
  readonly NodeID?: string
  readonly DesiredState: string
  readonly Status: {
    readonly Timestamp: string
    readonly State: string
    readonly Message?: string
    readonly Err?: string
    readonly ContainerStatus?: { readonly ContainerID?: string; readonly ExitCode?: number } | null
  }
  readonly JobIteration?: { readonly Index?: number } | null
}
