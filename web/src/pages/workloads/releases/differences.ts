import type { Difference } from '@wheelhouse/contract'

export interface DifferenceGroup {
  /** "services.web" for what stands below it, "config" for what has no more than that. */
  readonly name: string
  readonly items: readonly { readonly key: string; readonly difference: Difference }[]
}

const order = ['artefacts', 'apps', 'services', 'config', 'secrets', 'template', 'source']

/** Lists by their things ("services.web"), single facts by their kind ("config"). */
function headOf(what: string): [string, string] {
  const parts = what.split('.')
  if (parts.length >= 3) return [`${parts[0]}.${parts[1]}`, parts.slice(2).join('.')]
  return parts.length === 2 ? [parts[0] ?? '', parts[1] ?? ''] : [what, what]
}
const rank = (name: string): number => {
  const at = order.indexOf(name.split('.')[0] ?? '')
  return at < 0 ? order.length : at
}

/** What differs, thing by thing, in a fixed order. */
export function groupDifferences(differences: readonly Difference[]): DifferenceGroup[] {
  const groups = new Map<string, { key: string; difference: Difference }[]>()
  for (const difference of differences) {
    const [head, key] = headOf(difference.what)
    groups.set(head, [...(groups.get(head) ?? []), { key, difference }])
  }
  return [...groups]
    .map(([name, items]) => ({ name, items }))
    .sort((a, b) => rank(a.name) - rank(b.name) || a.name.localeCompare(b.name, 'en', { numeric: true }))
}

/** "services.web" as a person says it: "web, service". */
export function groupTitle(name: string): string {
  const [kind = '', thing] = name.split('.')
  if (thing === undefined) return `${kind[0]?.toUpperCase() ?? ''}${kind.slice(1)}`
  return `${thing}, ${kind.replace(/s$/, '')}`
}
