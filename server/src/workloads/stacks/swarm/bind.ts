import type { Chosen, Cluster, ServiceSpec, SwarmObjectSpec } from '@wheelhouse/driver'
import { digestOf } from '../reconcile/digest.ts'
import type { Rendered, Workload } from '../rendered.ts'

/** A secret or config of the stack, and under which name it is or will be on the Swarm. */
export interface BoundObject extends Chosen {
  readonly spec: SwarmObjectSpec
}
export interface Bound {
  /** With the names that were chosen in every spec; digests are not filled. */
  readonly rendered: Rendered
  /** In the order of the file. */
  readonly objects: readonly BoundObject[]
}

const markLength = 10

/**
 * Chooses the names of the secrets and configs of a stack and puts them into the specs that use them: a value that changed has another
 * name, so that its users are moved over. Changes nothing on the Swarm; `cluster.makeObject(spec, name)` makes what has the verb
 * `create`. `key` is that of spec digests (`Stacks.digestKey`): without it a short value could be found by its mark.
 */
export async function bindObjects(cluster: Pick<Cluster, 'choose'>, rendered: Rendered, key: string): Promise<Bound> {
  const objects: BoundObject[] = []
  for (const spec of rendered.objects ?? []) {
    const mark = digestOf([spec.kind, spec.data, spec.templateDriver], key).slice(0, markLength)
    objects.push({ spec, ...(await cluster.choose(spec, mark)) })
  }
  const nameOf = (kind: SwarmObjectSpec['kind'], name: string): string =>
    objects.find((object) => object.spec.kind === kind && object.spec.name === name)?.name ?? name
  const bound = (workload: Workload): Workload => {
    const { spec } = workload
    return spec.kind === 'swarm-service'
      ? { ...workload, spec: { ...spec, native: withNames(spec.native, nameOf) } }
      : workload
  }
  return { rendered: { ...rendered, workloads: rendered.workloads.map(bound) }, objects }
}

function withNames(spec: ServiceSpec, nameOf: (kind: SwarmObjectSpec['kind'], name: string) => string): ServiceSpec {
  const { TaskTemplate: template } = spec
  const { ContainerSpec: container } = template
  const secrets = container?.Secrets?.map((one) => ({ ...one, SecretName: nameOf('secret', one.SecretName) }))
  const configs = container?.Configs?.map((one) => ({ ...one, ConfigName: nameOf('config', one.ConfigName) }))
  const ContainerSpec = { ...container, ...(secrets && { Secrets: secrets }), ...(configs && { Configs: configs }) }
  return container ? { ...spec, TaskTemplate: { ...template, ContainerSpec } } : spec
}
