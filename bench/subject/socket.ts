import { type ServerMessage, socketProtocol } from '@wheelhouse/contract/wire'
import { WebSocket } from 'ws'

/** One subscription on a socket of its own; `heard` gets each event with the time it came in. */
export async function subscribe(
  url: string,
  token: string,
  channel: string,
  params: Record<string, unknown>,
  heard: (event: unknown, at: number) => void,
): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, [socketProtocol], {
    headers: { authorization: `Bearer ${token}` },
  })
  await new Promise((done, fail) => {
    socket.once('open', () => socket.send(JSON.stringify({ type: 'subscribe', sub: 's1', channel, params })))
    socket.once('error', fail)
    socket.on('message', (data: Buffer) => {
      const at = performance.now()
      const message = JSON.parse(data.toString()) as ServerMessage
      if (message.type === 'subscribed') done(undefined)
      if (message.type === 'error') fail(new Error(message.message))
      if (message.type === 'batch') for (const event of message.events) heard(event, at)
    })
  })
  return socket
}
