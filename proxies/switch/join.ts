import type { Socket } from 'node:net'

/** Passes bytes and ends both ways. `over` is called once, when both sides are closed. */
export function join(client: Socket, server: Socket, over: () => void): void {
  let open = 2
  for (const [one, other] of [
    [client, server],
    [server, client],
  ] as const) {
    one.on('error', () => {}) // told by close
    one.once('close', () => {
      // What it sent before an orderly end still has to arrive; after a broken one the other side has to see the break.
      if (one.readableEnded) other.destroySoon()
      else other.destroy()
      if (--open === 0) over()
    })
    one.pipe(other)
  }
}
