import type { OutputOf, stacks } from '@wheelhouse/contract'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Problems } from './file/problems.ts'
import { readTree } from './file/tree.ts'
import { readStack } from './read-stack.ts'

type Example = OutputOf<(typeof stacks)['examples']>['items'][number]

const fileNames = ['wheelhouse.yaml', 'compose.yaml']

async function readExample(directory: string, folder: string): Promise<Example | null> {
  for (const fileName of fileNames) {
    const source = await readFile(join(directory, fileName), 'utf8').catch(() => null)
    if (source === null) continue
    const { format, name } = readStack({ source, directory })
    const root = readTree(source, {}, new Problems()).value as { 'x-wheelhouse'?: unknown } | null
    const words = (root?.['x-wheelhouse'] ?? {}) as { title?: unknown; description?: unknown }
    return {
      name: name ?? folder,
      title: typeof words.title === 'string' ? words.title : (name ?? folder),
      description: typeof words.description === 'string' ? words.description : '',
      format,
      source,
      directory,
    }
  }
  return null
}

/** The example stacks that come along: each a folder with a stack file, its words under x-wheelhouse. No folder, no examples. */
export async function readExamples(folder: string): Promise<Example[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  const examples = await Promise.all(folders.toSorted().map((name) => readExample(join(folder, name), name)))
  return examples.filter((example) => example !== null)
}
