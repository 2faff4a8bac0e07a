import type { ServerResponse } from 'node:http'

export interface Refusal {
  readonly status: number
  readonly text: string
}

/** What the proxy answers itself. Names no upstream: clients need not know what is behind. */
export const refusals = {
  noRoute: { status: 404, text: 'No site answers to this host name here.' },
  nobody: { status: 503, text: 'No instance takes requests at the moment. Try again soon.' },
  noneAnswered: { status: 502, text: 'No instance answered. Try again soon.' },
  broken: { status: 502, text: 'The instance broke off before it answered.' },
  tooLate: { status: 504, text: 'The instance did not answer in time.' },
} as const satisfies Record<string, Refusal>

export function plainAnswer(response: ServerResponse, { status, text }: Refusal, close = false): void {
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  const body = `${text}\n`
  const headers = ['Content-Type', 'text/plain; charset=utf-8', 'Content-Length', String(body.length)]
  if (close) headers.push('Connection', 'close')
  response.writeHead(status, headers)
  response.end(body)
}

/** The same as bytes, for a connection that has no response object any more. */
export const plainMessage = ({ status, text }: Refusal): string =>
  `HTTP/1.1 ${status} ${status === 404 ? 'Not Found' : 'Unavailable'}\r\nContent-Type: text/plain; charset=utf-8\r\n` +
  `Content-Length: ${text.length + 1}\r\nConnection: close\r\n\r\n${text}\n`
