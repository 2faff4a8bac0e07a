import type { CookieSerializeOptions } from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Exchange } from '../dispatch/index.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it came, on routes that ask for it. */
    rawBody: Uint8Array | null
  }
  interface FastifyContextConfig {
    rawBody?: boolean
    /** Its body is bytes, which the handler reads as they come. */
    upload?: boolean
  }
}

export const refreshCookie = 'wheelhouse_refresh'

// Strict and below /api: no other site and no page path ever sees it. Secure follows the scheme, or the first
// sign-in on http://127.0.0.1 would fail.
const attributes = (request: FastifyRequest): CookieSerializeOptions => ({
  httpOnly: true,
  sameSite: 'strict',
  path: '/api',
  secure: request.protocol === 'https',
})

/** RFC 6266: a name that every client can take, and the real one for those that know more than ASCII. */
function attachment(fileName: string): string {
  const plain = fileName.replace(/[^\w.-]/g, '_')
  if (plain === fileName) return `attachment; filename="${plain}"`
  const exact = encodeURIComponent(fileName.toWellFormed()).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16)}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`
}

/** What sign-in and downloads need of one HTTP exchange. */
export function exchangeOf(request: FastifyRequest, reply: FastifyReply): Exchange {
  return {
    refreshToken: request.cookies[refreshCookie] ?? null,
    setRefreshToken: (token, expires) =>
      void reply.setCookie(refreshCookie, token, { ...attributes(request), expires }),
    clearRefreshToken: () => void reply.clearCookie(refreshCookie, attributes(request)),
    rawBody: request.rawBody,
    header: (name) => {
      const value = request.headers[name]
      return typeof value === 'string' ? value : null
    },
    download: (fileName, mediaType) =>
      void reply.header('content-type', mediaType).header('content-disposition', attachment(fileName)),
    answerAs: (mediaType) => void reply.header('content-type', mediaType),
  }
}
