import type { PolicyRules } from '@wheelhouse/contract'

/** With the registry and the library that an engine adds to a short name: `nginx` is `docker.io/library/nginx`. */
function fullName(reference: string): string {
  const [name = ''] = reference.split('@')
  const [first = '', ...rest] = name.split('/')
  const withRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  if (withRegistry) return reference
  return rest.length === 0 ? `docker.io/library/${reference}` : `docker.io/${reference}`
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

function matches(pattern: string, reference: string): boolean {
  const patterns = [pattern, fullName(pattern)].map(
    (text) => new RegExp(`^${text.split('*').map(escaped).join('.*')}$`),
  )
  const names = [reference, fullName(reference)]
  // A pattern without a tag stands for all of them.
  const bare = names.map((name) => name.replace(/(?:@.*|:[^/:@]*)$/, ''))
  return patterns.some((expression) => [...names, ...bare].some((name) => expression.test(name)))
}

/** An image's own id or a digest alone names no source: only an empty list lets it through. */
export function imageAllowed(reference: string, rules: Pick<PolicyRules, 'images'>): boolean {
  return rules.images.length === 0 || rules.images.some((pattern) => matches(pattern, reference))
}
