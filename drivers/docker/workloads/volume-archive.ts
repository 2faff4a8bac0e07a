import { randomUUID } from 'node:crypto'
import { PassThrough, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Failure } from '@wheelhouse/contract'
import type { EngineClient } from '@wheelhouse/engine'
import { containerPath } from '../container-path.ts'

const mountPoint = '/wheelhouse-volume'

interface Row {
  readonly Id: string
  readonly Image: string
  readonly ImageID: string
  readonly State: string
  readonly Names: readonly string[] | null
}

/** A tar of a volume, with owners, modes and links. Its root is an entry too, for its own owner and mode. */
export async function exportVolume(client: EngineClient, name: string, signal: AbortSignal): Promise<Readable> {
  const id = await holder(client, name, signal)
  const out = new PassThrough()
  try {
    const archive = await client.stream({
      path: `${containerPath(id)}/archive`,
      query: { path: mountPoint },
      signal,
    })
    // The holder goes when the last byte is read, or when the reader leaves.
    void pipeline(archive, out)
      .catch((error: unknown) => void out.destroy(client.broken(error, signal) as Error))
      .then(() => drop(client, id))
    return out
  } catch (error) {
    await drop(client, id)
    throw error
  }
}

/** Puts a tar made by `exportVolume` back. What the volume holds and the tar does not stays. */
export async function importVolume(
  client: EngineClient,
  name: string,
  tar: Readable,
  signal: AbortSignal,
): Promise<void> {
  const busy = (await users(client, name, signal)).filter((row) => row.State === 'running' || row.State === 'paused')
  if (busy.length > 0) {
    const names = busy.map((row) => row.Names?.[0]?.replace(/^\//, '') ?? row.Id.slice(0, 12))
    throw new Failure(
      'STATE_CONFLICT',
      `The volume ${name} is in use by ${names.join(', ')}, which would read half of it. Stop ${names.length === 1 ? 'it' : 'them'} first.`,
      { users: names },
    )
  }
  const id = await holder(client, name, signal)
  try {
    await client.act({
      method: 'PUT',
      path: `${containerPath(id)}/archive`,
      query: { path: '/' },
      lane: 'stream',
      signal,
      tar,
    })
  } finally {
    await drop(client, id)
  }
}

const users = (client: EngineClient, name: string, signal: AbortSignal): Promise<readonly Row[]> =>
  client.json({ path: '/containers/json', query: { all: 1, filters: JSON.stringify({ volume: [name] }) }, signal })

/** A container that mounts the volume and is never started: the engine reads and writes through it all the same. */
async function holder(client: EngineClient, name: string, signal: AbortSignal): Promise<string> {
  // Asked first, because a mount would quietly create it.
  await client.json({ path: `/volumes/${encodeURIComponent(name)}`, signal })
  const { Id: id } = await client.json<{ Id: string }>({
    method: 'POST',
    path: '/containers/create',
    query: { name: `wheelhouse-volume-${randomUUID().slice(0, 8)}` },
    body: {
      Image: await imageFor(client, name, signal),
      Entrypoint: ['/never-started'],
      Cmd: [],
      NetworkDisabled: true,
      Labels: { 'wheelhouse.purpose': 'volume-archive' },
      HostConfig: {
        NetworkMode: 'none',
        Mounts: [{ Type: 'volume', Source: name, Target: mountPoint, VolumeOptions: { NoCopy: true } }],
      },
    },
    lane: 'act',
    timeoutMs: null,
    signal,
  })
  return id
}

/** That of a container which uses the volume, else any: nothing of it ever runs, and nothing is pulled. */
async function imageFor(client: EngineClient, name: string, signal: AbortSignal): Promise<string> {
  const [user] = await users(client, name, signal)
  if (user) return user.ImageID
  const [image] = await client.json<readonly { Id: string }[]>({ path: '/images/json', signal })
  if (image) return image.Id
  throw new Failure(
    'CAPABILITY_MISSING',
    `The engine has no image, and needs one of any kind to reach into the volume ${name}. Pull one there.`,
  )
}

async function drop(client: EngineClient, id: string): Promise<void> {
  // One that stays holds nothing but its name; what was read or written is whole all the same.
  await client.act({ method: 'DELETE', path: containerPath(id), query: { force: true } }).catch(() => undefined)
}
