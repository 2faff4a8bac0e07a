/** A config to start from: JSON Schema and first values. A secret that must be made up has none. */
export interface BuiltInTemplate {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly schema: Record<string, unknown>
  readonly values: Record<string, string>
}

export const port = (description: string): Record<string, unknown> => ({
  type: 'integer',
  minimum: 1024,
  maximum: 65_535,
  description,
})
export const text = (description: string): Record<string, unknown> => ({ type: 'string', minLength: 1, description })
export const secret = (description: string): Record<string, unknown> => ({
  type: 'string',
  minLength: 1,
  writeOnly: true,
  description,
})
export const choice = (description: string, ...values: string[]): Record<string, unknown> => ({
  enum: values,
  description,
})
export const url = (description: string): Record<string, unknown> => ({ type: 'string', format: 'uri', description })
export const environment = choice('Where this runs.', 'development', 'staging', 'production')
