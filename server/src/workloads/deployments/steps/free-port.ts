import { createServer } from 'node:net'

/** Listens on a port for a moment; 0 takes any. Rejects when it is taken. */
function tryPort(port: number, host = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(port, host, () => {
      const address = probe.address()
      probe.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}

/** Below those that systems give to outgoing connections and engines to ports without a number. */
export const ownPorts = { first: 20_000, count: 12_000 } as const

/**
 * A port nobody listens on just now. It is kept while its service is stopped, and started anew, so it comes from a range where nobody
 * else takes any by chance; whether it is free on another machine only its engine can tell.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; ; tries++) {
    try {
      return await tryPort(ownPorts.first + Math.floor(Math.random() * ownPorts.count))
    } catch (error) {
      if (tries >= 50) throw error
    }
  }
}

export const isFree = (host: string, port: number): Promise<boolean> =>
  tryPort(port, host).then(
    () => true,
    () => false,
  )
