import { createHash, timingSafeEqual } from 'node:crypto'
import { Failure } from '@wheelhouse/contract'
import type { FastifyInstance } from 'fastify'

/** Something a program fetches again and again, with a token of its own that opens nothing else. */
export interface PolledDocument {
  readonly path: string
  readonly token: string
  /** Throws Failure where it is not known: better no answer than an empty one. */
  document(): Promise<object>
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** GET of the document for those who send its token as a bearer. Others are UNAUTHENTICATED, and counted where they come from. */
export function addPolledDocument(
  app: FastifyInstance,
  { path, token, document }: PolledDocument,
  limit: (who: string, ip: string, operation: string) => Promise<void>,
): void {
  const wanted = digest(`Bearer ${token}`)
  app.get(path, { exposeHeadRoute: false }, async (request, reply) => {
    if (!timingSafeEqual(digest(request.headers.authorization ?? ''), wanted)) {
      await limit(`ip:${request.ip}`, request.ip, path)
      throw new Failure('UNAUTHENTICATED', 'Send the token of this endpoint: Authorization: Bearer TOKEN.')
    }
    return reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(await document()))
  })
}
