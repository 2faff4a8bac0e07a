import { randomUUID } from 'node:crypto'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import { Failure } from '@wheelhouse/contract'
import type { Log } from '@wheelhouse/platform/log'
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { guardArrival } from './arrival.ts'
import { foreignOrigin } from './origin.ts'
import { sendFailure } from './routes.ts'
import { takeUploads } from './upload-body.ts'

export interface HttpSettings {
  readonly allowedOrigins: readonly string[]
  /** Whether to believe X-Forwarded-*: only behind a proxy that sets them. */
  readonly trustProxy: boolean
  readonly maxBodyBytes: number
  /** For the body of a call to arrive; a minute unless told. */
  readonly arrivalMs?: number
}

const headersTimeout = 60_000

const requestId = (header: string | string[] | undefined): string =>
  typeof header === 'string' && /^[\w-]{8,64}$/.test(header) ? header : randomUUID()

async function secure(app: FastifyInstance, settings: HttpSettings): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        // xterm and uPlot set style attributes; scripts stay strict.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: 'no-referrer' },
    // Sent on every scheme; browsers heed it only over TLS, which is where it is wanted.
    hsts: { maxAge: 15_552_000 },
  })
  app.addHook('onRequest', async (request) => {
    if (request.method === 'GET' || request.method === 'HEAD') return
    if (foreignOrigin(request.headers, settings.allowedOrigins)) throw new Failure('ORIGIN_REFUSED')
  })
}

/** The bare HTTP server: ids, cookies, headers, origin check and the one error form. Routes are added by the wiring. */
export async function createHttpServer(settings: HttpSettings, log: Log): Promise<FastifyInstance> {
  const app = fastify({
    logger: false,
    // One hop: the last entry is the one our own proxy wrote, those before it anyone may have.
    trustProxy: settings.trustProxy ? (_address, hop) => hop === 0 : false,
    bodyLimit: settings.maxBodyBytes,
    routerOptions: { maxParamLength: 500, ignoreTrailingSlash: true },
    genReqId: (raw) => requestId(raw.headers['x-request-id']),
    forceCloseConnections: true,
    // One that trickles in must not hold its connection for ever. An upload may take its time, so bodies are timed one by one.
    http: { headersTimeout },
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => void sendFailure(error, request, reply),
  })
  guardArrival(app, settings.arrivalMs ?? headersTimeout)
  await app.register(cookie)
  await secure(app, settings)
  // An empty JSON body is no body: "curl -X POST -H content-type:application/json" is what people type.
  app.removeContentTypeParser('application/json')
  app.decorateRequest('rawBody', null)
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (request.routeOptions.config.rawBody === true) request.rawBody = body as Buffer
    if (body.length === 0) return done(null, undefined)
    void app.getDefaultJsonParser('error', 'error')(request, (body as Buffer).toString('utf8'), done)
  })
  takeUploads(app)
  app.setErrorHandler((error, request, reply) => {
    const failed = error as { statusCode?: number } | null
    if (!(error instanceof Failure) && (failed?.statusCode ?? 500) >= 500) {
      log.error({ err: error, requestId: request.id, url: request.url.split('?')[0] }, 'a request failed')
    }
    return sendFailure(error, request, reply)
  })
  app.addHook('onSend', async (request: FastifyRequest, reply) => {
    reply.header('x-request-id', request.id)
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  })
  return app
}
