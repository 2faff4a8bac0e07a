import type { WorkloadSpec } from '@wheelhouse/driver'
import { createHmac } from 'node:crypto'
import { withoutComposeLabels } from '../compose/labels.ts'
import type { Rendered } from '../rendered.ts'

/** JSON with the keys of every map in order, so that equal values are equal texts. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  const sorted = entries.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return `{${sorted.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`
}

/**
 * SHA-256 under a key of this installation. A spec holds passwords and its digest is a label that many may read:
 * without the key a short password could be found by trying.
 */
export const digestOf = (value: unknown, key: string): string =>
  createHmac('sha256', key).update(canonicalJson(value)).digest('hex')

/** Where a service came from makes it no other: the labels of Compose are no part of its digest. */
const plainSpec = (spec: WorkloadSpec): WorkloadSpec => ({
  ...spec,
  labels: withoutComposeLabels(spec.labels),
  digest: '',
})

/** Fills the digest of every spec. */
export function sealDigests(rendered: Rendered, key: string): Rendered {
  return {
    ...rendered,
    workloads: rendered.workloads.map((workload) => ({
      ...workload,
      spec: { ...workload.spec, digest: digestOf(plainSpec(workload.spec), key) },
    })),
  }
}
