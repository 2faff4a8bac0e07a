import { maskFields, maskText, secretMark } from '@wheelhouse/platform/log'

const deepest = 8
const assignment = /([\w.-]{1,100})(["']?[ \t]*[=:][ \t]*)("[^"\n]*"|'[^'\n]*'|[^\s"',;&]+)/g

/** The log's own rule for names, so that the two never differ. */
const namesSecret = (name: string): boolean => maskFields({ [name]: 'x' })[name] !== 'x'

/** Lines such as `DB_PASSWORD=…` or `db_password: …` inside a stack file or an environment list. */
const maskLines = (text: string): string =>
  // The log's rule first: it knows that what follows "Bearer" is the secret.
  maskText(text).replace(assignment, (all, name: string, sign: string) =>
    namesSecret(name) ? `${name}${sign}${secretMark}` : all,
  )

function prepare(value: unknown, extra: ReadonlySet<string>, depth: number): unknown {
  if (typeof value === 'string') return maskLines(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth > deepest) return '[deeper]'
  if (Array.isArray(value)) return value.map((item: unknown) => prepare(item, extra, depth + 1))
  if (Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null) return value
  const record = value as Record<string, unknown>
  // { name: 'DB_PASSWORD', value: '…' } says its secret in two fields.
  const label = record.name ?? record.key
  const labelled = typeof label === 'string' && 'value' in record && namesSecret(label)
  return Object.fromEntries(
    Object.entries(record).map(([key, item]) => {
      const secret = extra.has(key) || (labelled && key === 'value')
      return [key, secret && item !== null && item !== undefined ? secretMark : prepare(item, extra, depth + 1)]
    }),
  )
}

/**
 * A JSON-safe copy without secrets at any depth: values of secret-looking names, of `extraKeys`, `NAME=value` in texts, bearer tokens,
 * passwords in URLs, and every value registered as a secret with the log.
 */
export function maskSecrets(value: unknown, extraKeys: readonly string[] = []): unknown {
  return maskFields({ value: prepare(value, new Set(extraKeys), 0) }).value
}
