import type { Connection } from '@wheelhouse/driver'

/** The last words of a container that is about to be removed; none where they cannot be read within three seconds. */
export async function lastLinesOf(connection: Connection, nativeId: string, count = 5): Promise<string[]> {
  const lines: string[] = []
  try {
    const query = { tail: count, since: null, until: null, follow: false }
    for await (const line of connection.logs(nativeId, query, AbortSignal.timeout(3000))) lines.push(line.text)
  } catch {
    // What it is about is told by the fault itself.
  }
  return lines
}
