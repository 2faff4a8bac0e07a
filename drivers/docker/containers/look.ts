import type { EngineClient } from '@wheelhouse/engine'
import { containerPath } from '../container-path.ts'

const kinds = ['changed', 'added', 'removed'] as const

/** The processes of a running container, as `ps` of its host lists them. */
export async function processesOf(client: EngineClient, nativeId: string) {
  const { Titles, Processes } = await client.json<{
    Titles: readonly string[] | null
    Processes: readonly (readonly string[])[] | null
  }>({ path: `${containerPath(nativeId)}/top`, query: { ps_args: '-eo pid,ppid,user,stat,pcpu,rss,etime,args' } })
  return { titles: Titles ?? [], processes: Processes ?? [] }
}

/** Paths that differ from the image; the folders that lead to them are among them. */
export async function changesOf(client: EngineClient, nativeId: string) {
  const found = await client.json<readonly { Path: string; Kind: number }[] | null>({
    path: `${containerPath(nativeId)}/changes`,
    timeoutMs: 60_000,
  })
  return (found ?? []).map(({ Path, Kind }) => ({ path: Path, change: kinds[Kind] ?? 'changed' }))
}

/** Bytes that each container's own layer takes. The engine walks the disk for it. */
export async function sizesOf(client: EngineClient, signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
  const listed = await client.json<readonly { Id: string; SizeRw?: number }[]>({
    path: '/containers/json',
    query: { all: true, size: true },
    lane: 'act',
    timeoutMs: null,
    signal,
  })
  return new Map(listed.map(({ Id, SizeRw }) => [Id, SizeRw ?? 0]))
}
