import { type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { runFolder } from './place.ts'

export const socketPath = join(runFolder, 'docker.sock')

/** One call to the lab's engine; throws with the engine's words on a status of 400 and above. */
export async function call(method: string, path: string, body?: Readable, headers: Record<string, string> = {}) {
  const answer = await new Promise<IncomingMessage>((done, fail) => {
    const type = body ? { 'content-type': 'application/x-tar' } : { 'content-length': '0' }
    const sent = request({ socketPath, method, path, headers: { ...type, ...headers } }, done).once('error', fail)
    if (body) body.once('error', fail).pipe(sent)
    else sent.end()
  })
  const said = await text(answer)
  // An import, pull or push that fails says so inside a stream whose status is 200.
  if ((answer.statusCode ?? 500) >= 400 || said.includes('"errorDetail"')) {
    throw new Error(`${method} ${path}: ${answer.statusCode} ${said.trim().slice(-300)}`)
  }
  return said
}
