import { type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { runFolder } from './place.ts'

export const socketPath = join(runFolder, 'docker.sock')

/** One call to the lab's first engine; throws with the engine's words on a status of 400 and above. */
export function call(method: string, path: string, body?: Readable, headers: Record<string, string> = {}) {
  return callAt(socketPath, method, path, body, headers)
}

/** The same with any engine of the lab. The body is a tar unless the headers say otherwise. */
export async function callAt(
  socket: string,
  method: string,
  path: string,
  body?: Readable,
  headers: Record<string, string> = {},
): Promise<string> {
  const answer = await openAt(socket, method, path, body, headers)
  const said = await text(answer)
  // An import, pull or push that fails says so inside a stream whose status is 200.
  if ((answer.statusCode ?? 500) >= 400 || said.includes('"errorDetail"')) {
    throw new Error(`${method} ${path}: ${answer.statusCode} ${said.trim().slice(-300)}`)
  }
  return said
}

/** An answer whose body is still to be read, whatever its status. */
export function openAt(
  socket: string,
  method: string,
  path: string,
  body?: Readable,
  headers: Record<string, string> = {},
): Promise<IncomingMessage> {
  return new Promise((done, fail) => {
    const type = body ? { 'content-type': 'application/x-tar' } : { 'content-length': '0' }
    const settings = { socketPath: socket, method, path, headers: { ...type, ...headers } }
    const sent = request(settings, done).once('error', fail)
    if (body) body.once('error', fail).pipe(sent)
    else sent.end()
  })
}
