/** The parts of Engine API objects of a Swarm that are read here (Service, Task, Node, …). The objects themselves hold more. */

type Labels = Readonly<Record<string, string>>

/** What `docker stack deploy` writes, and finds its own by. */
export const stackLabels = {
  /** On services, containers, networks, secrets and configs: the name of the stack. */
  namespace: 'com.docker.stack.namespace',
  /** On services: the image as the file has it, without a digest. */
  image: 'com.docker.stack.image',
} as const

/** What we write on a service to be able to put it back. */
export const swarmLabels = {
  /** Its update policy, as JSON, while we hold its update. */
  held: 'wheelhouse.update-before-pause',
  /** How often its update was resumed. The engine takes no notice of a spec that is just as it was, and forgets the one before. */
  resumed: 'wheelhouse.update-resumed',
  /** How many tasks it had before we stopped it. */
  replicas: 'wheelhouse.replicas-before-stop',
} as const

/** CPUs are billionths. */
export interface SwarmResources {
  readonly NanoCPUs?: number
  readonly MemoryBytes?: number
  readonly Pids?: number
  readonly GenericResources?: readonly object[] | null
}
export interface SwarmMount {
  readonly Type?: string
  readonly Source?: string
  readonly Target?: string
  readonly ReadOnly?: boolean
  readonly BindOptions?: Readonly<Record<string, unknown>> | null
  readonly VolumeOptions?: {
    readonly NoCopy?: boolean
    readonly Labels?: Labels | null
    readonly DriverConfig?: { readonly Name?: string; readonly Options?: Labels | null } | null
  } | null
  readonly TmpfsOptions?: Readonly<Record<string, unknown>> | null
}
interface MountedFile {
  readonly Name?: string
  readonly UID?: string
  readonly GID?: string
  readonly Mode?: number
}
export interface SecretReference {
  readonly SecretID: string
  readonly SecretName: string
  readonly File?: MountedFile | null
}
export interface ConfigReference {
  readonly ConfigID: string
  readonly ConfigName: string
  readonly File?: MountedFile | null
  /** Of one that is a credential and no file. */
  readonly Runtime?: object | null
}
/** Durations are nanoseconds. */
export interface SwarmHealthcheck {
  readonly Test?: readonly string[] | null
  readonly Interval?: number
  readonly Timeout?: number
  readonly StartPeriod?: number
  readonly StartInterval?: number
  readonly Retries?: number
}
export interface SwarmPrivileges {
  readonly CredentialSpec?: object | null
  readonly SELinuxContext?: Readonly<Record<string, unknown>> | null
  readonly Seccomp?: { readonly Mode?: string } | null
  readonly AppArmor?: { readonly Mode?: string } | null
  readonly NoNewPrivileges?: boolean
}

export interface TaskContainer {
  readonly Image?: string
  readonly Labels?: Labels | null
  readonly Command?: readonly string[] | null
  readonly Args?: readonly string[] | null
  readonly Env?: readonly string[] | null
  readonly Dir?: string
  readonly User?: string
  readonly Groups?: readonly string[] | null
  readonly Hostname?: string
  readonly Hosts?: readonly string[] | null
  readonly DNSConfig?: Readonly<Record<string, readonly string[] | undefined>> | null
  readonly TTY?: boolean
  readonly OpenStdin?: boolean
  readonly ReadOnly?: boolean
  readonly Init?: boolean | null
  readonly StopSignal?: string
  /** Nanoseconds. */
  readonly StopGracePeriod?: number
  readonly Healthcheck?: SwarmHealthcheck | null
  readonly CapabilityAdd?: readonly string[] | null
  readonly CapabilityDrop?: readonly string[] | null
  readonly Sysctls?: Labels | null
  readonly Ulimits?: readonly { readonly Name: string; readonly Soft: number; readonly Hard: number }[] | null
  readonly Privileges?: SwarmPrivileges | null
  readonly Mounts?: readonly SwarmMount[] | null
  readonly Secrets?: readonly SecretReference[] | null
  readonly Configs?: readonly ConfigReference[] | null
}

export interface SwarmPlacement {
  readonly Constraints?: readonly string[] | null
  readonly Preferences?: readonly { readonly Spread?: { readonly SpreadDescriptor?: string } }[] | null
  readonly MaxReplicas?: number
  readonly Platforms?: readonly { readonly Architecture?: string; readonly OS?: string }[] | null
}

export interface NetworkReference {
  readonly Target?: string
  readonly Aliases?: readonly string[] | null
  readonly DriverOpts?: Labels | null
}

export interface TaskTemplate {
  readonly ContainerSpec?: TaskContainer
  /** Of a service that is an engine plugin. */
  readonly PluginSpec?: { readonly Name?: string; readonly Remote?: string } | null
  readonly Resources?: {
    readonly Limits?: SwarmResources | null
    readonly Reservations?: SwarmResources | null
  } | null
  /** Durations are nanoseconds. */
  readonly RestartPolicy?: {
    readonly Condition?: string
    readonly Delay?: number
    readonly MaxAttempts?: number
    readonly Window?: number
  } | null
  readonly Networks?: readonly NetworkReference[] | null
  readonly LogDriver?: { readonly Name?: string; readonly Options?: Labels | null } | null
  readonly ForceUpdate?: number
  readonly Placement?: SwarmPlacement
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

export interface SwarmPort {
  readonly Protocol?: string
  readonly TargetPort?: number
  readonly PublishedPort?: number
  readonly PublishMode?: string
}

export interface ServiceSpec {
  readonly Name: string
  readonly Labels?: Labels | null
  readonly TaskTemplate: TaskTemplate
  readonly Mode?: {
    readonly Replicated?: { readonly Replicas?: number } | null
    readonly Global?: object | null
    readonly ReplicatedJob?: { readonly TotalCompletions?: number; readonly MaxConcurrent?: number } | null
    readonly GlobalJob?: object | null
  }
  readonly UpdateConfig?: UpdateConfig | null
  readonly RollbackConfig?: UpdateConfig | null
  /** Where older clients put them. */
  readonly Networks?: readonly NetworkReference[] | null
  readonly EndpointSpec?: { readonly Mode?: string; readonly Ports?: readonly SwarmPort[] | null } | null
}

export interface SwarmService {
  readonly ID: string
  readonly Version: { readonly Index: number }
  readonly CreatedAt: string
  readonly UpdatedAt: string
  readonly Spec: ServiceSpec
  readonly PreviousSpec?: ServiceSpec | null
  readonly Endpoint?: { readonly Ports?: readonly SwarmPort[] | null }
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

export interface SwarmNode {
  readonly ID: string
  readonly CreatedAt: string
  readonly UpdatedAt: string
  readonly Spec: { readonly Role?: string; readonly Availability?: string; readonly Labels?: Labels | null }
  readonly Description?: {
    readonly Hostname?: string
    readonly Platform?: { readonly Architecture?: string; readonly OS?: string }
    readonly Resources?: SwarmResources
    readonly Engine?: {
      readonly EngineVersion?: string
      readonly Labels?: Labels | null
      readonly Plugins?: readonly { readonly Type?: string; readonly Name?: string }[] | null
    }
  }
  readonly Status?: { readonly State?: string; readonly Message?: string; readonly Addr?: string }
  readonly ManagerStatus?: {
    readonly Leader?: boolean
    readonly Reachability?: string
    readonly Addr?: string
  } | null
}

/** A secret or a config; only configs tell what they hold (base64). */
export interface SwarmStored {
  readonly ID: string
  readonly CreatedAt: string
  readonly UpdatedAt: string
  readonly Spec: { readonly Name: string; readonly Labels?: Labels | null; readonly Data?: string }
}

export interface SwarmNetwork {
  readonly Id: string
  readonly Name: string
  readonly Driver?: string
  readonly Internal?: boolean
  readonly Attachable?: boolean
  readonly EnableIPv6?: boolean
  readonly Options?: Labels | null
  readonly Labels?: Labels | null
}
