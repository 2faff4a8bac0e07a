import type { Found, ProjectFiles } from './files.ts'

const mostFiles = 200
const mostRounds = 30

/**
 * Loads a project whose files are read one after the other as they become known: a file that is included may name the next.
 * `load` is called again until nothing new is wanted; `read` answers each path once.
 */
export async function gatherFiles(
  load: (files: ProjectFiles) => unknown,
  read: (path: string) => Promise<Found>,
): Promise<ProjectFiles> {
  const known = new Map<string, Found>()
  for (let round = 0; ; round++) {
    const wanted = new Set<string>()
    load({
      find(path) {
        const found = known.get(path)
        if (found === undefined) wanted.add(path)
        return found ?? { missing: 'unknown' }
      },
    })
    if (wanted.size === 0 || known.size >= mostFiles || round >= mostRounds)
      return { find: (path) => known.get(path) ?? { missing: 'absent' } }
    for (const path of wanted) known.set(path, await read(path))
  }
}
