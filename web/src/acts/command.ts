import type { ServiceAct } from '@wheelhouse/contract/workloads/states'

const verbs: Partial<Record<ServiceAct, string>> = { remove: 'delete service', exec: 'exec -it' }

/** A name as a shell takes it whole. */
export const quoted = (name: string): string =>
  /^[\w.:@/-]+$/.test(name) ? name : `'${name.replaceAll("'", String.raw`'\''`)}'`

/** The same act on the command line. */
export function commandFor(act: ServiceAct, name: string): string {
  const verb = verbs[act] ?? act
  if (act === 'rename') return `wh rename ${quoted(name)} <new-name>`
  return act === 'exec' ? `wh ${verb} ${quoted(name)} -- sh` : `wh ${verb} ${quoted(name)}`
}
