import { type CallContext, noExchange } from './handler.ts'

/** A call that the house makes of itself, to read what an operation would answer an administrator. */
export const insideCall = (): CallContext => ({
  caller: {
    kind: 'system',
    userId: null,
    username: 'system',
    sessionId: null,
    tokenName: null,
    authority: null,
    face: 'system',
    ip: '',
    userAgent: '',
  },
  requestId: 'inside',
  signal: new AbortController().signal,
  audit: () => undefined,
  exchange: noExchange,
})
