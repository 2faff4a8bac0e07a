import {
  type FoundResource,
  stackLabels,
  type SwarmMount,
  type SwarmNetwork,
  withoutOwnLabels,
} from '@wheelhouse/driver'

type Fields = Record<string, unknown>
type Labels = Readonly<Record<string, string>>
type Declared = Record<string, Fields | null>

const ofDocker = new Set<string>(Object.values(stackLabels))
/** Numbers that the engine gave it. */
const ofEngine = 'com.docker.network.driver.overlay.vxlanid_list'

/** Labels as the file had them: none of those that docker and Wheelhouse write. */
export const withoutMarks = (labels: Labels | null = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(withoutOwnLabels(labels ?? {})).filter(([name]) => !ofDocker.has(name)))

/** Without fields that are empty by now. */
export const given = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) =>
        value !== undefined && !(typeof value === 'object' && value !== null && Object.keys(value).length === 0),
    ),
  )

/** Networks and volumes as a file declares them: those of the stack without its name before them, others as they are and external. */
export class Declarations {
  readonly #stack: string
  readonly #found: readonly FoundResource[]
  readonly #all: readonly SwarmNetwork[]
  readonly #networks = new Map<string, { readonly name: string; readonly fields: Fields }>()
  readonly #volumes = new Map<string, { readonly name: string; readonly fields: Fields }>()

  constructor(stack: string, found: readonly FoundResource[], all: readonly SwarmNetwork[]) {
    this.#stack = stack
    this.#found = found
    this.#all = all
  }

  /** Its key in the file; it is declared there from now on. */
  network(name: string): string {
    const isOwn = this.#found.some((one) => one.kind === 'network' && one.name === name && one.stack === this.#stack)
    const { Driver, Internal, Attachable, EnableIPv6, Options, Labels } =
      this.#all.find(({ Name }) => Name === name) ?? ({} as Partial<SwarmNetwork>)
    const { [ofEngine]: _numbers, ...options } = Options ?? {}
    return this.#declare(this.#networks, name, isOwn, {
      ...(Driver !== undefined && Driver !== 'overlay' && { driver: Driver }),
      ...(Internal && { internal: true }),
      ...(Attachable && { attachable: true }),
      ...(EnableIPv6 && { enable_ipv6: true }),
      driver_opts: options,
      labels: withoutMarks(Labels),
    })
  }

  /** Nodes make volumes by themselves, so what one is made from stands where it is mounted. */
  volume(name: string, options: SwarmMount['VolumeOptions']): string {
    const { Labels, DriverConfig } = options ?? {}
    return this.#declare(this.#volumes, name, isOfStack(options, this.#stack), {
      ...(DriverConfig?.Name && { driver: DriverConfig.Name }),
      driver_opts: DriverConfig?.Options ?? {},
      labels: withoutMarks(Labels),
    })
  }

  get networks(): Declared {
    return written(this.#networks)
  }
  get volumes(): Declared {
    return written(this.#volumes)
  }

  #declare(all: Map<string, { name: string; fields: Fields }>, name: string, isOwn: boolean, own: Fields): string {
    const before = `${this.#stack}_`
    const short = isOwn && name.startsWith(before) ? name.slice(before.length) : name
    // One of the stack and one of others may be called the same by now.
    const key = (all.get(short)?.name ?? name) === name ? short : name
    const isSaid = isOwn && key !== name
    const fields = isOwn ? { ...(!isSaid && { name }), ...own } : { external: true }
    if (!all.has(key)) all.set(key, { name, fields: given(fields) })
    return key
  }
}

/** Whether a volume was declared in the file of the stack. */
export const isOfStack = (options: SwarmMount['VolumeOptions'], stack: string): boolean =>
  options?.Labels?.[stackLabels.namespace] === stack

const written = (all: ReadonlyMap<string, { readonly fields: Fields }>): Declared =>
  Object.fromEntries([...all].map(([key, { fields }]) => [key, Object.keys(fields).length > 0 ? fields : null]))
