import { randomUUID } from 'node:crypto'
import { Failure } from '@wheelhouse/contract'
import type { EngineClient } from '@wheelhouse/engine'
import { containerPath } from '../container-path.ts'

/** Where a volume is mounted in its holder. */
export const mountPoint = '/wheelhouse-volume'
/** Marks containers that only hold a volume: they are no services, and nobody is told of them. */
export const purposeLabel = 'wheelhouse.purpose'
const purpose = 'volume-archive'

export interface VolumeUser {
  readonly Id: string
  readonly ImageID: string
  readonly State: string
  readonly Names: readonly string[] | null
  readonly Labels: Readonly<Record<string, string>> | null
  /** Seconds since 1970. */
  readonly Created: number
}

/**
 * True for a container that only holds a volume. It never ran: one that did is shown whatever it is labelled, as its image or whoever
 * made it may have set the label to hide it.
 */
export const isHolder = ({ Labels, State }: Pick<VolumeUser, 'Labels' | 'State'>): boolean =>
  Labels?.[purposeLabel] !== undefined && State === 'created'

export const userName = (user: VolumeUser): string => user.Names?.[0]?.replace(/^\//, '') ?? user.Id.slice(0, 12)

/** Containers that have the volume, running or not, without holders. */
export async function volumeUsers(
  client: EngineClient,
  name: string,
  signal?: AbortSignal,
): Promise<readonly VolumeUser[]> {
  return (await allUsers(client, name, signal)).filter((user) => !isHolder(user))
}

/** Throws STATE_CONFLICT while something runs on the volume: it would read half of what is written. */
export async function requireQuietVolume(client: EngineClient, name: string, signal: AbortSignal): Promise<void> {
  const users = await volumeUsers(client, name, signal)
  const names = users.filter(({ State }) => State === 'running' || State === 'paused').map(userName)
  if (names.length === 0) return
  throw new Failure(
    'STATE_CONFLICT',
    `The volume ${name} is in use by ${names.join(', ')}, which would read half of it. Stop ${names.length === 1 ? 'it' : 'them'} first.`,
    { users: names },
  )
}

function allUsers(client: EngineClient, name: string, signal?: AbortSignal): Promise<readonly VolumeUser[]> {
  const query = { all: 1, filters: JSON.stringify({ volume: [name] }) }
  return client.json({ path: '/containers/json', query, ...(signal ? { signal } : {}) })
}

/** A container that mounts the volume and is never started: the engine reads and writes through it all the same. Answers its id. */
export async function makeHolder(client: EngineClient, name: string, signal: AbortSignal): Promise<string> {
  // Asked first, because a mount would quietly create it.
  await client.json({ path: `/volumes/${encodeURIComponent(name)}`, signal })
  const users = await allUsers(client, name, signal)
  await Promise.all(users.filter(isLeftOver).map(({ Id }) => dropHolder(client, Id)))
  const { Id: id } = await client.json<{ Id: string }>({
    method: 'POST',
    path: '/containers/create',
    query: { name: `wheelhouse-volume-${randomUUID().slice(0, 8)}` },
    body: {
      Image: await imageFor(client, name, users, signal),
      Entrypoint: ['/never-started'],
      Cmd: [],
      NetworkDisabled: true,
      Labels: { [purposeLabel]: purpose },
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

/** With the anonymous volumes that its image may declare; the one it holds has a name, and stays. */
export async function dropHolder(client: EngineClient, id: string): Promise<void> {
  // One that stays holds nothing but its name; what was read or written is whole all the same.
  await client
    .act({ method: 'DELETE', path: containerPath(id), query: { force: true, v: true } })
    .catch(() => undefined)
}

/** No copy takes a day: whoever made it was killed. */
const isLeftOver = ({ Labels, State, Created }: VolumeUser): boolean =>
  isHolder({ Labels, State }) && Labels?.[purposeLabel] === purpose && Date.now() - Created * 1000 > 86_400_000

/** That of a container which uses the volume, else any: nothing of it ever runs, and nothing is pulled. */
async function imageFor(
  client: EngineClient,
  name: string,
  users: readonly VolumeUser[],
  signal: AbortSignal,
): Promise<string> {
  const [user] = users
  if (user) return user.ImageID
  const [image] = await client.json<readonly { Id: string }[]>({ path: '/images/json', signal })
  if (image) return image.Id
  throw new Failure(
    'CAPABILITY_MISSING',
    `The engine has no image, and needs one of any kind to reach into the volume ${name}. Pull one there.`,
  )
}
