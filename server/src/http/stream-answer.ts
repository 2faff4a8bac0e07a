import { Readable } from 'node:stream'
import type { Operation } from '@wheelhouse/contract'
import { Binary } from '@wheelhouse/contract'
import type { FastifyReply } from 'fastify'

type Chunk = string | Uint8Array

/** An answer that has begun cannot change its status: a failure ends the connection, so that nobody takes half for whole. */
async function* untilFailure(first: IteratorResult<Chunk>, iterator: AsyncIterator<Chunk>): AsyncGenerator<Chunk> {
  try {
    for (let next = first; next.done !== true; next = await iterator.next()) yield next.value
  } finally {
    await iterator.return?.()
  }
}

/** Sends chunks as fast as the client takes them, and no faster; a client that goes ends their source. */
export async function sendStream(
  operation: Operation,
  reply: FastifyReply,
  chunks: AsyncIterable<Chunk>,
): Promise<FastifyReply> {
  const iterator = chunks[Symbol.asyncIterator]()
  // The first chunk is awaited before the headers go out, so that an early failure is still a proper error.
  const first = await iterator.next()
  if (!reply.hasHeader('content-type'))
    reply.header(
      'content-type',
      operation.output === Binary ? 'application/octet-stream' : 'application/x-ndjson; charset=utf-8',
    )
  return reply.send(Readable.from(untilFailure(first, iterator), { objectMode: false }))
}
