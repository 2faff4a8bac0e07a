import { hostOf, isThisMachine } from '@wheelhouse/driver'
import type { Project, Rendered, StackTarget } from '../../stacks/index.ts'
import { isExposed } from '../steps/instances.ts'

/** Where instances of exposed services listen on the host of an engine, for the proxy to reach them; null where the manifest tells none. */
export function bindOf(project: Project, target: Pick<StackTarget, 'id' | 'name'>): string | null {
  const bind = project.manifest?.compose?.bind
  return bind?.[target.name] ?? bind?.[target.id] ?? null
}

/** The loopback of an engine's host is this one's: the proxy reaches what is bound there. */
export function sharesLoopback({ address }: Pick<StackTarget, 'address'>): boolean {
  const host = hostOf(address)
  return host === null || isThisMachine(host)
}

/** With the ports that a proxy leads to bound to an address instead of the loopback. */
export function boundTo(rendered: Rendered, address: string | null): Rendered {
  if (address === null) return rendered
  const workloads = rendered.workloads.map((workload) => {
    const { spec } = workload
    if (spec.kind !== 'container') return workload
    const ports = spec.ports.map((port) => (isExposed(workload, port) ? { ...port, host: address } : port))
    return { ...workload, spec: { ...spec, ports } }
  })
  return { ...rendered, workloads }
}
