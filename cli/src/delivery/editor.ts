import { rmSync } from 'node:fs'
import { mkdtemp, open, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { editFile } from '../../bin/edit-file.ts'
import { Complaint, usage } from '../failure.ts'
import { holdInterrupt } from '../globals.ts'

/** `code --wait` is a program and an argument; nothing is given to a shell. */
const editorOf = (): string[] => {
  const words = (process.env.VISUAL || process.env.EDITOR || 'vi').trim().split(/\s+/)
  return words
}

/** A text that is edited in a private file, which is gone afterwards however this ends. */
export async function inEditor<T>(
  name: string,
  text: string,
  take: (edit: () => Promise<string>) => Promise<T>,
): Promise<T> {
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    throw usage('An editor needs a terminal. wh config set and wh config import work without one.')
  const folder = await mkdtemp(join(tmpdir(), 'wh-edit-'))
  const path = join(folder, name)
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  process.on('exit', remove)
  const editor = editorOf()
  try {
    const file = await open(path, 'wx', 0o600)
    await file.writeFile(text)
    await file.close()
    return await take(async () => {
      // Ctrl-C belongs to the editor while it is open.
      const letGo = holdInterrupt(() => true)
      try {
        const code = await editFile(editor, path)
        if (code !== 0)
          throw new Complaint(
            'failed',
            'NOT_DONE',
            `${editor[0] ?? 'The editor'} ended with ${code}. Nothing was changed.`,
          )
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
        throw usage(`There is no editor ${editor[0] ?? ''}. Set EDITOR to one that is here.`)
      } finally {
        letGo()
      }
      return readFile(path, 'utf8')
    })
  } finally {
    remove()
    process.off('exit', remove)
  }
}
