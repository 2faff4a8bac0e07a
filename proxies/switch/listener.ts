import type { Server } from 'node:net'
import { Failure } from '@wheelhouse/contract/errors'
import { addressOf, nameOwner, portOwner, type Route } from '../proxy/index.ts'
import type { LiveRoute } from './live-route.ts'

/** A listening socket and what it does with those who come. */
export interface Listener {
  readonly protocol: Route['protocol']
  readonly server: Server
  /** From now on these routes, and no others, take what comes in. */
  put(routes: readonly LiveRoute[]): void
  /** Lets go of connections that do nothing, once it no longer listens. */
  leave(): void
  /** Ends every connection. */
  cut(): void
}

/** Listens; throws CONFLICT that names who has the port, VALIDATION_FAILED for an address this machine has not. */
export async function listen(listener: Listener, at: Route['listen']): Promise<void> {
  const { server } = listener
  try {
    await new Promise<void>((done, fail) => {
      server.once('error', fail)
      server.listen({ host: at.host, port: at.port, backlog: 4096 }, () => {
        server.off('error', fail)
        // Out of file descriptors, for example: that connection is lost, the listener stays.
        server.on('error', () => {})
        done()
      })
    })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE') {
      const owner = portOwner(at.host, at.port)
      const text = `${addressOf(at)} is taken by ${nameOwner(owner)}. Stop it or choose another port.`
      throw new Failure('CONFLICT', text, { listen: at, pid: owner?.pid ?? null, process: owner?.name ?? null })
    }
    const why = code === 'EACCES' ? 'ports below 1024 need a right this user has not' : message
    throw new Failure('VALIDATION_FAILED', `${addressOf(at)} cannot be listened on: ${why}.`, { listen: at })
  }
}

/** Stops taking connections at once; resolves when the last one is over. */
export function close(listener: Listener): Promise<void> {
  return new Promise((done) => {
    // What answers now is idle in a moment, and nobody else would tell its client to go.
    const timer = setInterval(() => listener.leave(), 50)
    listener.server.close(() => {
      clearInterval(timer)
      done()
    })
    listener.leave()
  })
}

export function connections({ server }: Listener): Promise<number> {
  return new Promise((done) => {
    server.getConnections((error, count) => done(error === null ? count : 0))
  })
}
