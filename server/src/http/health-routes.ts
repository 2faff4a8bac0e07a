import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Caller, callerMay } from '../dispatch/index.ts'

export interface HealthParts {
  readonly startedAt: Date
  readonly version: string
  /** Resolves when the database answers. */
  ping(): Promise<void>
  /** False while the server stops. */
  serving(): boolean
  authenticate(request: FastifyRequest): Promise<Caller>
  detail(): Promise<Record<string, unknown>>
}

async function check(ping: () => Promise<void>): Promise<{ ok: boolean; tookMs: number; message: string }> {
  const start = performance.now()
  try {
    await ping()
    return { ok: true, tookMs: Math.round((performance.now() - start) * 10) / 10, message: 'answers' }
  } catch {
    return { ok: false, tookMs: Math.round(performance.now() - start), message: 'does not answer; the log says why' }
  }
}

/** `/health` and `/health/live`: the process serves. `/health/ready`: its database answers too. Nobody signs in to ask. */
export function addHealthRoutes(app: FastifyInstance, parts: HealthParts): void {
  const alive = () => ({ status: 'ok', uptimeMs: Date.now() - parts.startedAt.getTime() })
  for (const url of ['/health/live', '/live']) app.get(url, async () => alive())
  // A person who opens the address wants the page of that name; balancers and probes ask for no HTML.
  app.get('/health', async (request, reply) =>
    /text\/html/.test(request.headers.accept ?? '') ? reply.callNotFound() : alive(),
  )
  for (const url of ['/health/ready', '/ready']) {
    app.get(url, async (_, reply) => {
      const database = await check(parts.ping)
      const ready = database.ok && parts.serving()
      return reply.status(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not-ready', checks: { database } })
    })
  }
  app.get('/health/detailed', async (request, reply) => {
    const database = await check(parts.ping)
    const caller = await parts.authenticate(request)
    // Version and counts help an attacker choose, so they are for those who may see the settings.
    const more = callerMay(caller, 'settings.read') ? { version: parts.version, ...(await parts.detail()) } : {}
    return reply.status(database.ok ? 200 : 503).send({ ...alive(), checks: { database }, ...more })
  })
}
