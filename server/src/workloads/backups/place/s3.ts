import { Failure, notFound } from '@wheelhouse/contract'
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { PlaceSpec } from '../backup-plan.ts'
import { ExpectedEtag } from './etag.ts'
import { type Place, placeText, type Writing } from './place.ts'

type S3Spec = Extract<PlaceSpec, { kind: 's3' }>

/** 10,000 pieces are the most: parts of up to 160 GB. Two are in memory at a time. */
const partBytes = 16 * 1024 * 1024
const atOnce = 2
/** Written last: without it a backup is not whole. */
const lastName = 'checksums.sha256'

/** Backups as objects of an S3-compatible storage, `prefix/id/part`. */
export async function openS3(spec: S3Spec): Promise<Place> {
  // Loaded when first needed: it is large, and most have a folder.
  const sdk = await import('@aws-sdk/client-s3')
  const { Upload } = await import('@aws-sdk/lib-storage')
  const { bucket: Bucket, accessKey, secretKey } = spec
  const client = new sdk.S3Client({
    region: spec.region,
    ...(spec.endpoint === null ? {} : { endpoint: spec.endpoint, forcePathStyle: true }),
    ...(accessKey === null || secretKey === null
      ? {}
      : { credentials: { accessKeyId: accessKey, secretAccessKey: secretKey } }),
    maxAttempts: 5,
    requestHandler: { connectionTimeout: 10_000, requestTimeout: 120_000 },
    // What arrived is proven by the ETag or by reading back; many compatible storages do not know the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
  const keyOf = (id: string, name: string): string =>
    [...(spec.prefix === '' ? [] : [spec.prefix.replace(/^\/+|\/+$/g, '')]), id, name].join('/')
  const asked = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw s3Failure(error, spec)
    }
  }

  async function read(id: string, name: string, signal?: AbortSignal): Promise<Readable> {
    const options = signal ? { abortSignal: signal } : {}
    const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket, Key: keyOf(id, name) }), options)
    if (!(Body instanceof Readable)) throw new Failure('TARGET_REFUSED', `${placeText(spec)} answered without a body.`)
    return Body
  }

  async function remove(id: string): Promise<void> {
    // That which makes it whole goes first.
    await client.send(new sdk.DeleteObjectCommand({ Bucket, Key: keyOf(id, lastName) }))
    for (;;) {
      const { Contents = [] } = await client.send(new sdk.ListObjectsV2Command({ Bucket, Prefix: keyOf(id, '') }))
      if (Contents.length === 0) return
      for (const { Key } of Contents) if (Key) await client.send(new sdk.DeleteObjectCommand({ Bucket, Key }))
    }
  }

  async function write(
    [id, name]: readonly [string, string],
    content: Readable,
    sha256: () => string,
    signal: AbortSignal,
  ): Promise<void> {
    const Key = keyOf(id, name)
    const expected = new ExpectedEtag(partBytes)
    let size = 0
    async function* watched(): AsyncGenerator<Buffer> {
      for await (const chunk of content) {
        expected.add(chunk as Buffer)
        size += (chunk as Buffer).length
        yield chunk as Buffer
      }
    }
    // An abort signal of the browser's kind and Node's are one at run time.
    const upload = new Upload({
      client,
      params: { Bucket, Key, Body: Readable.from(watched(), { objectMode: false }) },
      partSize: partBytes,
      queueSize: atOnce,
      leavePartsOnError: false,
    })
    const stop = (): void => void upload.abort()
    signal.addEventListener('abort', stop, { once: true })
    try {
      signal.throwIfAborted()
      await upload.done()
    } finally {
      signal.removeEventListener('abort', stop)
    }
    const head = await client.send(new sdk.HeadObjectCommand({ Bucket, Key }))
    if (head.ContentLength === size && expected.matches(head.ETag ?? '')) return
    // A storage that seals what it keeps has ETags of its own: then only the bytes tell.
    const hash = createHash('sha256')
    if (head.ContentLength === size)
      for await (const chunk of await read(id, name, signal)) hash.update(chunk as Buffer)
    if (head.ContentLength !== size || hash.digest('hex') !== sha256()) {
      throw new Failure(
        'TARGET_REFUSED',
        `${placeText(spec)} keeps other bytes of ${name} than were sent. Back up again, and look at that storage.`,
      )
    }
  }

  return {
    begin: (id) =>
      Promise.resolve({
        write: (name, content, sha256, signal) => asked(() => write([id, name], content, sha256, signal)),
        finish: () => Promise.resolve(), // The checksums, which come last, have made it whole.
        abandon: () => asked(() => remove(id)),
      } satisfies Writing),
    read: (id, name, signal) => asked(() => read(id, name, signal)),
    remove: (id) => asked(() => remove(id)),
    close: () => client.destroy(),
  }
}

function s3Failure(error: unknown, spec: S3Spec): unknown {
  if (error instanceof Failure) return error
  const { name = '', message = '', code = '' } = (error ?? {}) as { name?: string; message?: string; code?: string }
  const status = (error as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode
  const where = placeText(spec)
  const cause = { cause: error }
  if (name === 'NoSuchKey' || (status === 404 && name !== 'NoSuchBucket')) return notFound('part of the backup', where)
  if (status !== undefined) {
    const said = message === '' || message === name ? name : `${name}: ${message}`
    return new Failure(
      'TARGET_REFUSED',
      `${where} refused (${said}). Check bucket, region and keys.`,
      { status },
      cause,
    )
  }
  if (code !== '' || name === 'TimeoutError') {
    const at = spec.endpoint ?? `AWS in ${spec.region}`
    return new Failure('TARGET_UNREACHABLE', `${where} is not reached at ${at} (${code || name}).`, { code }, cause)
  }
  return error
}
