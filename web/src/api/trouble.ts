import { Problem } from '@wheelhouse/client'

/** An error in the words a person reads. */
export interface Words {
  readonly what: string
  readonly code: string
  readonly requestId: string | null
}

export function wordsFor(error: unknown): Words {
  if (error instanceof Problem) return { what: error.message, code: error.code, requestId: error.requestId }
  const what =
    error instanceof Error && error.message !== '' ? error.message : 'The page met something it does not know.'
  return {
    what: `${what} Reload the page; if it stays, report it with the code below.`,
    code: 'WEB_ERROR',
    requestId: null,
  }
}

/** What the server said of single fields, by field name. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof Problem) || !Array.isArray(error.details.fields)) return {}
  const fields = error.details.fields as readonly { readonly field: string; readonly message: string }[]
  return Object.fromEntries(fields.map(({ field, message }) => [field, sentence(message)]))
}

/** The catalogue's fragments as a sentence for below a field. */
export const sentence = (text: string): string =>
  `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}${/[.!]$/.test(text) ? '' : '.'}`
