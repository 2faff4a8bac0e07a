import { Failure, type SwarmObject } from '@wheelhouse/contract'
import type { ServiceSpec, SwarmStored } from '@wheelhouse/driver'
import { serviceIdOf } from '../../../inventory/targets/index.ts'
import { nativeOf, type Seen } from '../room.ts'

export type ObjectKind = 'secret' | 'config'

/** On a secret or config: whose version it is, which one, and the job that made it. */
export const objectLabels = {
  family: 'wheelhouse.family',
  version: 'wheelhouse.version',
  job: 'wheelhouse.rotation',
} as const
const stackLabels = ['wheelhouse.stack', 'com.docker.stack.namespace'] as const
const longest = 64

export const familyOf = ({ Spec: { Name: name, Labels: labels } }: SwarmStored): string =>
  labels?.[objectLabels.family] || name
export const versionOf = ({ Spec: { Labels: labels } }: SwarmStored): number =>
  Math.max(1, Math.trunc(Number(labels?.[objectLabels.version] ?? 1)) || 1)

export const objectsOf = ({ sight }: Seen, kind: ObjectKind): readonly SwarmStored[] =>
  kind === 'secret' ? sight.secrets : sight.configs

export interface Use {
  readonly id: string
  readonly file: string
}
/** The objects of a kind that a spec uses. */
export function usesIn({ TaskTemplate: { ContainerSpec: container } }: ServiceSpec, kind: ObjectKind): Use[] {
  return kind === 'secret'
    ? (container?.Secrets ?? []).map((one) => ({ id: one.SecretID, file: one.File?.Name ?? one.SecretName }))
    : (container?.Configs ?? []).map((one) => ({ id: one.ConfigID, file: one.File?.Name ?? one.ConfigName }))
}

/** What all objects of a kind are shown with. */
export function objectViews(seen: Seen, kind: ObjectKind): (object: SwarmStored) => SwarmObject {
  const { targetId, sight } = seen
  const newest = new Map<string, number>()
  for (const object of objectsOf(seen, kind)) {
    const family = familyOf(object)
    newest.set(family, Math.max(newest.get(family) ?? 0, versionOf(object)))
  }
  const users = new Map<string, SwarmObject['usedBy']>()
  for (const service of sight.services) {
    for (const { id, file } of usesIn(service.Spec, kind)) {
      const list = users.get(id) ?? []
      list.push({ serviceId: serviceIdOf(targetId, service.ID), name: service.Spec.Name, file })
      users.set(id, list)
    }
  }
  return (object) => {
    const { ID: id, Spec: spec } = object
    const labels = { ...spec.Labels }
    return {
      id: `${targetId}:${id}`,
      swarmId: targetId,
      name: spec.Name,
      family: familyOf(object),
      version: versionOf(object),
      newest: newest.get(familyOf(object)) === versionOf(object),
      labels,
      stack: stackLabels.map((label) => labels[label]).find((stack) => stack !== undefined) ?? null,
      // Managers tell nobody what a secret holds, nor how much.
      sizeBytes: spec.Data === undefined || kind === 'secret' ? null : Buffer.byteLength(spec.Data, 'base64'),
      usedBy: users.get(id) ?? [],
      createdAt: new Date(Date.parse(object.CreatedAt) || 0).toISOString(),
      changedAt: new Date(Date.parse(object.UpdatedAt) || 0).toISOString(),
    }
  }
}

export interface Family {
  readonly name: string
  /** Oldest first. */
  readonly versions: readonly SwarmStored[]
  /** The one that was meant: by its id or its own name; null where the family was. */
  readonly one: SwarmStored | null
}

/** By id, by family, or by the name of one version. NOT_FOUND. */
export function findFamily(seen: Seen, kind: ObjectKind, reference: string): Family {
  const all = objectsOf(seen, kind)
  const byId = all.find(({ ID }) => ID === reference || ID === nativeOf(reference))
  const inFamily = all.some((object) => familyOf(object) === reference)
  const one = byId ?? (inFamily ? null : all.find(({ Spec }) => Spec.Name === reference))
  if (one === undefined)
    throw new Failure('NOT_FOUND', `${seen.name} has no ${kind} "${reference}".`, { kind, id: reference })
  const name = one === null ? reference : familyOf(one)
  const versions = all.filter((object) => familyOf(object) === name).sort((a, b) => versionOf(a) - versionOf(b))
  return { name, versions, one }
}

export const newestOf = ({ versions }: Family): SwarmStored => versions.at(-1)!

/** What the next version is called. VALIDATION_FAILED where the engine has no room for it. */
export function nextName(family: Family): { readonly name: string; readonly version: number } {
  const version = versionOf(newestOf(family)) + 1
  const name = `${family.name}-v${version}`
  if (name.length <= longest) return { name, version }
  throw new Failure('VALIDATION_FAILED', `name: "${name}" is longer than the ${longest} letters an engine takes.`, {
    field: 'name',
  })
}

/** The spec with every use of the one object replaced by the other, under the same file. */
export function withObject(
  spec: ServiceSpec,
  kind: ObjectKind,
  from: ReadonlySet<string>,
  to: { readonly id: string; readonly name: string },
): ServiceSpec {
  const { TaskTemplate: template } = spec
  const container = template.ContainerSpec ?? {}
  const changed =
    kind === 'secret'
      ? {
          Secrets: (container.Secrets ?? []).map((one) =>
            from.has(one.SecretID)
              ? {
                  ...one,
                  SecretID: to.id,
                  SecretName: to.name,
                  File: one.File ?? { Name: one.SecretName, UID: '0', GID: '0', Mode: 0o444 },
                }
              : one,
          ),
        }
      : {
          Configs: (container.Configs ?? []).map((one) =>
            from.has(one.ConfigID) ? { ...one, ConfigID: to.id, ConfigName: to.name } : one,
          ),
        }
  return { ...spec, TaskTemplate: { ...template, ContainerSpec: { ...container, ...changed } } }
}
