import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { unanswered } from './routes.ts'

// `/health` itself is a page for browsers and an answer for everything else; below it there are answers alone.
const api = /^\/(api|ws|health(?=\/)|openapi\.json|docs|live|ready|proxies)(\/|\?|$)/

/** Serves the built web interface; every address that is a page of it answers index.html. */
export async function addWebFiles(app: FastifyInstance, folder: string): Promise<void> {
  const built = existsSync(join(folder, 'index.html'))
  if (built) {
    await app.register(fastifyStatic, {
      root: folder,
      wildcard: false,
      index: false,
      cacheControl: false,
      // The build lays .br and .gz beside each file.
      preCompressed: true,
      setHeaders: (reply, path) => {
        // Names of assets carry a hash of their content, so they never change; the page itself always may.
        reply.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
      },
    })
  }
  const page = (reply: FastifyReply): FastifyReply => reply.header('cache-control', 'no-cache').sendFile('index.html')
  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    // The bare address answers whoever asks, as wget and an uptime check expect; pages below it only browsers.
    const browser = /text\/html/.test(request.headers.accept ?? '') || request.url === '/'
    const wantsPage = request.method === 'GET' && !api.test(request.url) && browser
    if (!wantsPage) return unanswered(request, reply)
    if (built) return page(reply)
    return reply
      .status(503)
      .type('text/plain; charset=utf-8')
      .send('The web interface is not built. Start with "npm start", or run "npm run build" once.\n')
  })
}
