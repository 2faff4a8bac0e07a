import { posix } from 'node:path'
import { isRemote, type ProjectFiles, textFiles } from './files.ts'

/** What is looked for beside every project and need not be there. */
const usual = /(?:^|\/)(?:\.env|(?:docker-)?compose\.override\.ya?ml)$/
const mostNeeds = 200

/** Files that were sent along as texts, and which others the project asked for: those are still to be sent. */
export function recording(sent: {
  readonly files?: Readonly<Record<string, string>> | undefined
  readonly directory?: string | undefined
}): { files: ProjectFiles; needs: ReadonlySet<string> } {
  const texts = textFiles(sent.files ?? {}, sent.directory ?? null)
  const needs = new Set<string>()
  return {
    needs,
    files: {
      find(path) {
        const found = texts.find(path)
        const wanted = !('text' in found) && !usual.test(path) && !path.startsWith('~') && !isRemote(path)
        if (wanted && needs.size < mostNeeds) needs.add(posix.normalize(path))
        return found
      },
    },
  }
}
