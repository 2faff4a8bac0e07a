import { chmod, lstat, open, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** How pip begins a command: the interpreter's path, or a shell where that path is too long for the kernel or has blanks. */
const direct = /^#![^\n]*\/bin\/python[\d.]*\n/
const throughShell = /^#!\/bin\/sh\n'''exec' [^\n]*\/bin\/python[\d.]*"? "\$0" "\$@"\n' '''\n/

/** To a shell: start the Python beside this file. To Python: a text of no use. */
const movable = `#!/bin/sh
'''exec' "$(dirname -- "$(readlink -f -- "$0")")/python" "$0" "$@"
' '''
`
const START_BYTES = 2

/** Commands of an environment, such as gunicorn, name its Python by its whole path: after this they find it beside them. */
export async function makeEntriesMovable(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    const { mode } = await lstat(path)
    if (!(await startsAsScript(path))) continue
    const text = await readFile(path, 'utf8')
    const moved = text.replace(throughShell, movable).replace(direct, movable)
    if (moved === text) continue
    await writeFile(path, moved)
    await chmod(path, mode)
  }
}

/** The interpreter itself lies here too, and need not be read whole. */
async function startsAsScript(path: string): Promise<boolean> {
  if (!(await lstat(path)).isFile()) return false
  const file = await open(path)
  try {
    const { buffer } = await file.read(Buffer.alloc(START_BYTES), 0, START_BYTES, 0)
    return buffer.toString('latin1') === '#!'
  } finally {
    await file.close()
  }
}
