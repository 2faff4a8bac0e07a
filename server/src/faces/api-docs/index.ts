import { manifestJsonSchema } from '../../workloads/stacks/index.ts'
import { docsPage, docsStyle } from './page.ts'
import { openApi } from './openapi.ts'

export interface ApiDocs {
  openApi(): string
  page(): string
  manifestSchema(): string
  readonly style: string
}

/** Made when first asked for: a start does not pay for documents that nobody reads. */
export function createApiDocs(version: string): ApiDocs {
  let document: Record<string, unknown> | null = null
  let json: string | null = null
  let html: string | null = null
  let schema: string | null = null
  const made = (): Record<string, unknown> => (document ??= openApi(version))
  return {
    openApi: () => (json ??= `${JSON.stringify(made(), null, 2)}\n`),
    page: () => (html ??= docsPage(made())),
    manifestSchema: () => (schema ??= `${JSON.stringify(manifestJsonSchema(), null, 2)}\n`),
    style: docsStyle,
  }
}
