import { Failure } from '@wheelhouse/contract'
import type { Native, ServiceSpec, SwarmService, SwarmTask, TaskTemplate, UpdateConfig } from '@wheelhouse/driver'
import { isCurrentTask, swarmLabels } from '@wheelhouse/driver'
import type { EngineClient } from '@wheelhouse/engine'
import type { Managers } from '../swarm-managers.ts'
import { bindImage } from './image.ts'

export const servicePath = (id: string): string => `/services/${encodeURIComponent(id)}`
const tries = 5
const never = 87_600 * 3_600_000_000_000 // ten years, in nanoseconds

const { held: heldLabel, resumed: resumedLabel, replicas: replicasLabel } = swarmLabels

export interface Change {
  readonly spec: ServiceSpec
  readonly from?: 'spec' | 'previous'
}

/** Acts on services. Each reads the service, changes its spec and is bound to the version that was read. */
export class ServiceActs {
  readonly #managers: Managers

  constructor(managers: Managers) {
    this.#managers = managers
  }

  async create(spec: Native, auth: string | null): Promise<{ id: string; warnings: string[] }> {
    return this.#managers.act(async (client) => {
      const bound = await bindImage(client, spec as unknown as ServiceSpec, null, auth)
      const { ID, Warnings } = await client.json<{ ID: string; Warnings?: string[] | null }>({
        method: 'POST',
        path: '/services/create',
        body: bound.spec,
        lane: 'act',
        headers: authHeaders(auth),
      })
      return { id: ID, warnings: [...bound.warnings, ...(Warnings ?? [])] }
    })
  }

  /** CONFLICT when `version` is not the newest any more. */
  async update(
    id: string,
    version: number,
    spec: Native,
    { auth, from }: { readonly auth: string | null; readonly from: 'spec' | 'previous' },
  ): Promise<string[]> {
    return this.#managers.act(async (client) => {
      const now = await this.read(client, id)
      const wanted = spec as unknown as ServiceSpec
      const bound =
        from === 'previous' ? { spec: wanted, warnings: [] } : await bindImage(client, wanted, now.Spec, auth)
      return [...bound.warnings, ...(await send(client, id, version, { spec: bound.spec, from }, auth))]
    })
  }

  async scale(id: string, replicas: number): Promise<void> {
    await this.#change(id, ({ Spec: spec }) => {
      const { Mode: mode } = spec
      if (mode?.ReplicatedJob)
        return { spec: { ...spec, Mode: { ReplicatedJob: { ...mode.ReplicatedJob, TotalCompletions: replicas } } } }
      if (!mode?.Replicated) {
        throw new Failure('STATE_CONFLICT', `${spec.Name} runs once on each node, so there is no number to change.`)
      }
      return { spec: { ...spec, Mode: { Replicated: { Replicas: replicas } } } }
    })
  }

  async force(id: string, options: { readonly pullAgain: boolean; readonly auth: string | null }): Promise<string[]> {
    return this.#managers.act(async (client) => {
      const warnings: string[] = []
      await this.#changeBy(
        client,
        id,
        async ({ Spec: spec }) => {
          const count = (spec.TaskTemplate.ForceUpdate ?? 0) + 1
          const forced = { ...spec, TaskTemplate: { ...spec.TaskTemplate, ForceUpdate: count } }
          if (!options.pullAgain) return { spec: forced }
          const bound = await bindImage(client, withoutDigest(forced), null, options.auth)
          warnings.push(...bound.warnings)
          return { spec: bound.spec }
        },
        options.auth,
      )
      return warnings
    })
  }

  /** To the spec before by the engine's own memory; where a pause has used that up, to what older tasks were made from. */
  async rollback(id: string): Promise<void> {
    await this.#managers.act((client) =>
      this.#changeBy(client, id, async (service) => {
        const { Spec: spec, PreviousSpec: previous, UpdateStatus: status } = service
        const differs = (one: keyof ServiceSpec): boolean =>
          JSON.stringify(previous?.[one]) !== JSON.stringify(spec[one])
        if (previous && differs('TaskTemplate')) return { spec, from: 'previous' }
        const forgotten = spec.Labels?.[resumedLabel] !== undefined || isHeld(spec)
        const older = forgotten && !status?.State?.startsWith('rollback') ? await olderTemplate(client, service) : null
        if (older) {
          const { [resumedLabel]: _resumed, ...labels } = released(spec).Labels ?? {}
          return { spec: { ...released(spec), Labels: labels, TaskTemplate: older } }
        }
        if (previous && (differs('Mode') || differs('EndpointSpec'))) return { spec, from: 'previous' }
        throw new Failure(
          'STATE_CONFLICT',
          `Nothing is known of ${spec.Name} before its last change, so it cannot go back.`,
        )
      }),
    )
  }

  async pauseUpdate(id: string): Promise<void> {
    await this.#change(id, ({ Spec: spec, UpdateStatus: status }) => {
      if (spec.Labels?.[heldLabel] !== undefined) throw new Failure('STATE_CONFLICT', 'The update is held already.')
      if (status?.State !== 'updating') throw new Failure('STATE_CONFLICT', `No update of ${spec.Name} is under way.`)
      const labels = { ...spec.Labels, [heldLabel]: JSON.stringify(spec.UpdateConfig ?? {}) }
      const held: UpdateConfig = { ...spec.UpdateConfig, Parallelism: 1, Delay: never }
      return { spec: { ...spec, Labels: labels, UpdateConfig: held } }
    })
  }

  async resumeUpdate(id: string): Promise<void> {
    await this.#change(id, ({ Spec: spec, UpdateStatus: status }) => {
      const held = spec.Labels?.[heldLabel] !== undefined
      if (!held && !status?.State?.endsWith('paused')) {
        throw new Failure('STATE_CONFLICT', `No update of ${spec.Name} is held.`)
      }
      const resumed = released(spec)
      const times = Number(spec.Labels?.[resumedLabel] ?? 0) + 1
      return { spec: { ...resumed, Labels: { ...resumed.Labels, [resumedLabel]: String(times) } } }
    })
  }

  /** To none, and the number is kept with it. */
  async stop(id: string): Promise<void> {
    await this.#change(id, ({ Spec: spec }) => {
      const replicas = replicasOf(spec)
      if (replicas === 0) throw new Failure('STATE_CONFLICT', 'It is stopped already.')
      const labels = { ...spec.Labels, [replicasLabel]: String(replicas) }
      return { spec: { ...spec, Labels: labels, Mode: { Replicated: { Replicas: 0 } } } }
    })
  }

  async start(id: string): Promise<void> {
    await this.#change(id, ({ Spec: spec }) => {
      if (replicasOf(spec) > 0) throw new Failure('STATE_CONFLICT', 'It runs already.')
      const { [replicasLabel]: before, ...labels } = spec.Labels ?? {}
      const replicas = Math.max(1, Number(before) || 1)
      return { spec: { ...spec, Labels: labels, Mode: { Replicated: { Replicas: replicas } } } }
    })
  }

  async remove(id: string): Promise<void> {
    await this.#managers.act((client) => client.act({ method: 'DELETE', path: servicePath(id) }))
  }

  read(client: EngineClient, id: string): Promise<SwarmService> {
    return client.json<SwarmService>({ path: servicePath(id) })
  }

  #change(id: string, change: (service: SwarmService) => Change): Promise<void> {
    return this.#managers.act((client) => this.#changeBy(client, id, (service) => Promise.resolve(change(service))))
  }

  async #changeBy(
    client: EngineClient,
    id: string,
    change: (service: SwarmService) => Promise<Change>,
    auth: string | null = null,
  ): Promise<void> {
    for (let tried = 1; ; tried++) {
      const service = await this.read(client, id)
      try {
        await send(client, service.ID, service.Version.Index, await change(service), auth)
        return
      } catch (error) {
        // An update under way raises the version at each of its own steps.
        if (tried === tries || !(error instanceof Failure) || error.code !== 'CONFLICT') throw error
      }
    }
  }
}

export function tasksOf(client: EngineClient, serviceId: string): Promise<readonly SwarmTask[]> {
  const filters = JSON.stringify({ service: [serviceId] })
  return client.json<readonly SwarmTask[]>({ path: '/tasks', query: { filters } })
}

/** What tasks were made from before the present spec, where the engine's own memory of it is used up by a pause. */
async function olderTemplate(client: EngineClient, service: SwarmService): Promise<TaskTemplate | null> {
  const tasks = (await tasksOf(client, service.ID)).filter((task) => !isCurrentTask(service, task))
  return tasks.sort((a, b) => Date.parse(b.CreatedAt) - Date.parse(a.CreatedAt))[0]?.Spec ?? null
}

/** Engines of 26 want to be told where the credentials of the nodes come from. */
export async function send(
  client: EngineClient,
  id: string,
  version: number,
  { spec, from }: Change,
  auth: string | null,
): Promise<string[]> {
  const { Warnings } = await client.json<{ Warnings?: string[] | null }>({
    method: 'POST',
    path: `${servicePath(id)}/update`,
    query: {
      version,
      rollback: from === 'previous' ? 'previous' : null,
      registryAuthFrom: auth === null ? (from === 'previous' ? 'previous-spec' : 'spec') : null,
    },
    body: spec,
    lane: 'act',
    headers: authHeaders(auth),
  })
  return Warnings ?? []
}

export const authHeaders = (auth: string | null): Record<string, string> =>
  auth === null ? {} : { 'x-registry-auth': auth }

/** Without our hold. */
export function released(spec: ServiceSpec): ServiceSpec {
  const { [heldLabel]: before, ...labels } = spec.Labels ?? {}
  if (before === undefined) return spec
  return { ...spec, Labels: labels, UpdateConfig: JSON.parse(before) as UpdateConfig }
}

/** True while we hold its update. */
export function isHeld(spec: ServiceSpec): boolean {
  return spec.Labels?.[heldLabel] !== undefined
}

function replicasOf(spec: ServiceSpec): number {
  const { Mode: mode } = spec
  if (mode?.Replicated) return mode.Replicated.Replicas ?? 1
  throw new Failure('CAPABILITY_MISSING', `${spec.Name} has no number of tasks: it can be removed, not stopped.`)
}

function withoutDigest(spec: ServiceSpec): ServiceSpec {
  const image = spec.TaskTemplate.ContainerSpec?.Image?.replace(/@sha256:[0-9a-f]{64}$/, '')
  const container = { ...spec.TaskTemplate.ContainerSpec, ...(image === undefined ? {} : { Image: image }) }
  return { ...spec, TaskTemplate: { ...spec.TaskTemplate, ContainerSpec: container } }
}
