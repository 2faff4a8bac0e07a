import { isContextFile } from '@wheelhouse/client/docker-contexts'
import { readTar } from '@wheelhouse/client/tar'

const mostFiles = 2000
/** A certificate or a meta.json is a few kilobytes. */
const mostBytes = 131_072

/** Texts by path out of what was chosen: the files of a folder, or archives that `docker context export` wrote. Only those of contexts are read. */
export async function readContextFiles(chosen: readonly File[]): Promise<Map<string, string>> {
  const texts = new Map<string, string>()
  for (const file of chosen.slice(0, mostFiles)) {
    const path = file.webkitRelativePath || file.name
    if (/\.(dockercontext|tar)$/.test(path)) await unpack(file, `${file.name}/`, texts)
    else if (isContextFile(path) && file.size <= mostBytes) texts.set(path, await file.text())
  }
  return texts
}

async function unpack(file: File, folder: string, texts: Map<string, string>): Promise<void> {
  // A stream of a browser is iterable in all of those that count, and in none of their types.
  const body = file.stream() as unknown as AsyncIterable<Uint8Array>
  try {
    await readTar(body, async ({ name, kind, sizeBytes }, content) => {
      const path = name.replace(/^(\.?\/)+/, '')
      if (kind !== 'file' || !isContextFile(path) || sizeBytes > mostBytes || texts.size >= mostFiles) return
      const decoder = new TextDecoder()
      let text = ''
      for await (const chunk of content) text += decoder.decode(chunk, { stream: true })
      texts.set(folder + path, text + decoder.decode())
    })
  } catch (error) {
    throw new Error(`${file.name} cannot be read: ${error instanceof Error ? error.message : String(error)}.`, {
      cause: error,
    })
  }
}
