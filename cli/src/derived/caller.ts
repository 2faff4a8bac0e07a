import type { Client, UploadBody } from '@wheelhouse/client'
import type { Plan } from '@wheelhouse/contract'
import type { Input } from './input.ts'

type Body = ReadableStream<Uint8Array>
type Options = { signal: AbortSignal }
type Untyped = ((input: Input, ...rest: [Options] | [UploadBody, Options]) => Promise<unknown>) & {
  plan(input: Input): Promise<Plan>
}

export interface Caller {
  run(input: Input, signal: AbortSignal): Promise<unknown>
  plan(input: Input): Promise<Plan>
  stream(input: Input, signal: AbortSignal): Promise<Body>
  upload(input: Input, body: UploadBody, signal: AbortSignal): Promise<unknown>
}

/** An operation by its id. The server checks the input; the types end where the command line begins. */
export function caller(client: Client, id: string): Caller {
  const [domain = '', verb = ''] = id.split('.')
  const method = (client as unknown as Record<string, Record<string, Untyped>>)[domain]?.[verb]
  if (!method) throw new Error(`The contract has no operation ${id}.`)
  return {
    run: (input, signal) => method(input, { signal }),
    plan: (input) => method.plan(input),
    stream: (input, signal) => method(input, { signal }) as Promise<Body>,
    upload: (input, body, signal) => method(input, body, { signal }),
  }
}
