import type { Schema } from '../../../ui/code/editor/completion/schema.ts'

let asked: Promise<Schema | null> | null = null

async function read(): Promise<Schema | null> {
  const answer = await fetch('/schema/wheelhouse.json')
  if (!answer.ok || !/json/.test(answer.headers.get('content-type') ?? '')) return null
  const schema = (await answer.json()) as unknown
  return typeof schema === 'object' && schema !== null ? schema : null
}

/** The JSON Schema of wheelhouse.yaml, read once when it is first needed; null where the server has none. */
export function manifestSchema(): Promise<Schema | null> {
  asked ??= read().catch(() => {
    asked = null // a connection that was lost may be back at the next key
    return null
  })
  return asked
}
