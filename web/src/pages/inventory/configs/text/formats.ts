export type Format = 'env' | 'json' | 'yaml'
export const formats = [
  { value: 'env', label: '.env' },
  { value: 'json', label: 'JSON' },
  { value: 'yaml', label: 'YAML' },
] as const

/** What a text without a given format looks like, by its first line that says anything: only its colours depend on it. */
export function languageOf(text: string): Format {
  if (text.trimStart().startsWith('{')) return 'json'
  const line = text.split('\n').find((each) => /^\s*[^\s#]/.test(each) && /[:=]/.test(each)) ?? ''
  return /^\s*(---|["']?[\w.-]+["']?\s*:(\s|$))/.test(line) ? 'yaml' : 'env'
}
