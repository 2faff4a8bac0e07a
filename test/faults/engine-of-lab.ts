import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { where } from '../needs.ts'

export const engineSocket = (): string => where('docker').replace('unix://', '')

/** One call to the lab's engine, past the control plane: what someone does on its command line. */
export async function ask<T>(method: string, path: string, body?: object): Promise<T> {
  const answer = await new Promise<IncomingMessage>((done, fail) => {
    const headers = { 'content-type': 'application/json' }
    const call = request({ socketPath: engineSocket(), method, path, headers }, done)
    call.once('error', fail)
    call.end(body === undefined ? undefined : JSON.stringify(body))
  })
  const said = await text(answer)
  if ((answer.statusCode ?? 500) >= 400) throw new Error(`${method} ${path}: ${answer.statusCode} ${said}`)
  return (said === '' ? null : JSON.parse(said)) as T
}

/** Starts a container and answers its id. */
export async function container(name: string, image = 'lab/busybox:1'): Promise<string> {
  const { Id } = await ask<{ Id: string }>('POST', `/containers/create?name=${name}`, { Image: image })
  await ask('POST', `/containers/${Id}/start`)
  return Id
}

export const removed = (name: string): Promise<unknown> =>
  ask('DELETE', `/containers/${name}?force=1&v=1`).catch(() => undefined)

/** The commands that run in a container. */
export async function commandsIn(name: string): Promise<string[]> {
  const { Processes } = await ask<{ Processes: string[][] }>('GET', `/containers/${name}/top?ps_args=-eo%20pid,args`)
  return Processes.map((row) => row.at(-1) ?? '')
}
