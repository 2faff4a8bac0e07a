import type { Rendered } from '../rendered.ts'
import { lastAsked, type Past } from '../store.ts'

/** What was taken over as it ran stays so while its spec is the same. Digests are sealed already. */
export function carryAdopted(rendered: Rendered, past: Past): Rendered {
  const before = new Map(lastAsked(past)?.workloads.map((workload) => [workload.spec.name, workload]))
  return {
    ...rendered,
    workloads: rendered.workloads.map((workload) => {
      const last = before.get(workload.spec.name)
      const same = last?.adopted !== undefined && last.spec.digest === workload.spec.digest
      return workload.adopted === undefined && same ? { ...workload, adopted: last.adopted } : workload
    }),
  }
}
