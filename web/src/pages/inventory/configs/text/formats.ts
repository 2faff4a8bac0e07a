export type Format = 'env' | 'json' | 'yaml'
export const formats = [
  { value: 'env', label: '.env' },
  { value: 'json', label: 'JSON' },
  { value: 'yaml', label: 'YAML' },
] as const
