import type {
  ClusterKind,
  ClusterObserver,
  ClusterSnapshot,
  Native,
  SwarmNetwork,
  SwarmNode,
  SwarmService,
  SwarmStored,
  SwarmTask,
} from '@wheelhouse/driver'

/** A Swarm in its engines' own words, of which the parts that are read here are known. */
export interface Sight {
  readonly cluster: ClusterSnapshot['cluster']
  readonly nodes: readonly SwarmNode[]
  readonly services: readonly SwarmService[]
  readonly tasks: readonly SwarmTask[]
  readonly secrets: readonly SwarmStored[]
  readonly configs: readonly SwarmStored[]
  readonly networks: readonly SwarmNetwork[]
}

const fieldOf = {
  node: 'nodes',
  service: 'services',
  task: 'tasks',
  secret: 'secrets',
  config: 'configs',
  network: 'networks',
} as const satisfies Record<Exclude<ClusterKind, 'cluster'>, keyof ClusterSnapshot>

/** A Swarm as it was told last, also while it is not heard. The driver writes, everybody reads. */
export class ClusterPicture {
  readonly #changed: (kind: ClusterKind) => void
  #sight: Sight | null = null
  #via: string | null = null

  constructor(changed: (kind: ClusterKind) => void) {
    this.#changed = changed
  }

  /** Null until it was told for the first time. */
  get sight(): Sight | null {
    return this.#sight
  }
  /** The target of the manager that is asked now. */
  get via(): string | null {
    return this.#via
  }

  observer(): ClusterObserver {
    return {
      connected: (via) => {
        this.#via = via
        this.#changed('cluster')
      },
      snapshot: (snapshot) => {
        this.#sight = snapshot as unknown as Sight
        for (const kind of ['cluster', ...Object.keys(fieldOf)] as ClusterKind[]) this.#changed(kind)
      },
      changed: (kind, rows) => this.#put(kind, rows),
      lost: () => {
        this.#via = null
        this.#changed('cluster')
      },
    }
  }

  #put(kind: ClusterKind, rows: readonly Native[]): void {
    if (!this.#sight) return
    const part = kind === 'cluster' ? { cluster: rows[0] } : { [fieldOf[kind]]: rows }
    this.#sight = { ...this.#sight, ...part } as Sight
    this.#changed(kind)
  }
}
