import type { FastifyInstance } from 'fastify'

export interface Docs {
  openApi(): string
  page(): string
  /** JSON Schema of wheelhouse.yaml, which editors fetch. */
  manifestSchema(): string
  readonly style: string
}

/** The documents of the API; they tell nothing that the source does not, so nobody signs in to read them. */
export function addDocsRoutes(app: FastifyInstance, docs: Docs): void {
  app.get('/openapi.json', (_, reply) => reply.type('application/json; charset=utf-8').send(docs.openApi()))
  app.get('/schema/wheelhouse.json', (_, reply) =>
    reply.type('application/schema+json; charset=utf-8').send(docs.manifestSchema()),
  )
  app.get('/docs', (_, reply) => reply.type('text/html; charset=utf-8').send(docs.page()))
  app.get('/docs/docs.css', (_, reply) => reply.type('text/css; charset=utf-8').send(docs.style))
}
