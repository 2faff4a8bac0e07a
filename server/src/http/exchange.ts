import type { CookieSerializeOptions } from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Exchange } from '../dispatch/index.ts'

export const refreshCookie = 'wheelhouse_refresh'

// Strict and below /api: no other site and no page path ever sees it. Secure follows the scheme, or the first
// sign-in on http://127.0.0.1 would fail.
const attributes = (request: FastifyRequest): CookieSerializeOptions => ({
  httpOnly: true,
  sameSite: 'strict',
  path: '/api',
  secure: request.protocol === 'https',
})

/** What sign-in and downloads need of one HTTP exchange. */
export function exchangeOf(request: FastifyRequest, reply: FastifyReply): Exchange {
  return {
    refreshToken: request.cookies[refreshCookie] ?? null,
    setRefreshToken: (token, expires) =>
      void reply.setCookie(refreshCookie, token, { ...attributes(request), expires }),
    clearRefreshToken: () => void reply.clearCookie(refreshCookie, attributes(request)),
    download: (fileName, mediaType) =>
      void reply
        .header('content-type', mediaType)
        .header('content-disposition', `attachment; filename="${fileName.replace(/[^\w.-]/g, '_')}"`),
  }
}
