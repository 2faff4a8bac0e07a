import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Failure } from '@wheelhouse/contract'
import type { Log } from '@wheelhouse/platform/log'
import type { FastifyRequest } from 'fastify'
import type { Caller, Dispatcher } from '../dispatch/index.ts'
import { addDocsRoutes, type Docs } from './docs-routes.ts'
import { addHealthRoutes, type HealthParts } from './health-routes.ts'
import { addPolledDocument, type PolledDocument } from './polled-document.ts'
import { addRoutes } from './routes.ts'
import { createHttpServer, type HttpSettings } from './server.ts'
import { addWebFiles } from './web-files.ts'

/** What sign-in reads of a request. */
export interface Visit {
  readonly authorization: string | null
  readonly ip: string
  readonly userAgent: string
  readonly face: Caller['face']
}

export interface EdgeParts extends Pick<HealthParts, 'startedAt' | 'version' | 'ping' | 'detail'> {
  readonly settings: HttpSettings & { readonly host: string; readonly port: number; readonly maxUploadBytes: number }
  readonly log: Log
  readonly dispatcher: Dispatcher
  readonly docs: Docs
  readonly webFolder: string
  /** Null where nobody polls. */
  readonly polled: PolledDocument | null
  authenticate(visit: Visit): Promise<Caller>
  limit(who: string, ip: string, operation: string): Promise<void>
}

export interface Edge {
  /** For the sockets, which share its port. */
  readonly server: Server
  /** Answers where it listens, such as http://127.0.0.1:8080. */
  listen(): Promise<string>
  /** New requests are refused from now on. */
  refuse(): void
  close(): Promise<void>
}

function visitOf(request: FastifyRequest): Visit {
  const userAgent = request.headers['user-agent'] ?? ''
  const declared = request.headers['x-wheelhouse-face'] === 'web' ? 'web' : 'rest'
  return {
    authorization: request.headers.authorization ?? null,
    ip: request.ip,
    userAgent,
    // For the audit to tell by; nothing is allowed because of it.
    face: userAgent.startsWith('wh/') ? 'cli' : declared,
  }
}

/** All of HTTP: operations, health, documents and the files of the web interface. */
export async function openEdge(parts: EdgeParts): Promise<Edge> {
  const { settings } = parts
  let serving = true
  const app = await createHttpServer(settings, parts.log)
  app.addHook('onRequest', async () => {
    if (!serving) throw new Failure('SHUTTING_DOWN')
  })
  const authenticate = async (request: FastifyRequest, leniently = false): Promise<Caller> => {
    const visit = visitOf(request)
    if (!leniently) return parts.authenticate(visit)
    return parts.authenticate(visit).catch(() => parts.authenticate({ ...visit, authorization: null }))
  }
  addRoutes(app, {
    dispatcher: parts.dispatcher,
    authenticate,
    limit: parts.limit,
    maxUploadBytes: settings.maxUploadBytes,
  })
  addHealthRoutes(app, { ...parts, serving: () => serving, authenticate })
  if (parts.polled !== null) addPolledDocument(app, parts.polled, parts.limit)
  addDocsRoutes(app, parts.docs)
  await addWebFiles(app, parts.webFolder)
  return {
    server: app.server,
    async listen() {
      await app.listen({ host: settings.host, port: settings.port })
      const { port } = app.server.address() as AddressInfo
      return `http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${port}`
    },
    refuse: () => void (serving = false),
    close: () => app.close(),
  }
}
