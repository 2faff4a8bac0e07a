import { type Node, textOf } from '../tree/node.ts'
import { isNothing, type Kind, wrong } from './kind.ts'
import { listOf } from './collections.ts'
import { text } from './scalars.ts'
import { shellWords } from './shell-words.ts'

const textsOf = (node: Node & { readonly kind: 'list' }): string[] =>
  node.items.map((item) => (item.kind === 'scalar' ? item.text : ''))

const texts = listOf(text)
/** A command as text or a list; null, which is always written, leaves what the image says. */
export const command: Kind = {
  check(node, path, problems) {
    if (isNothing(node)) return
    if (node.kind === 'list') {
      texts.check(node, path, problems)
      return
    }
    if (node.kind !== 'scalar' || typeof node.value !== 'string') return wrong(node, path, problems, 'text or a list')
    const read = shellWords(node.value)
    if ('error' in read) problems.error(path, read.error)
    else if (read.cut !== null)
      problems.warn(path, `No shell runs this, so it ends before ${read.cut}. Use ["sh", "-c", "…"] for a shell.`)
  },
  emit(node) {
    if (node === undefined || isNothing(node) || node.kind === 'map') return null
    if (node.kind === 'list') return textsOf(node)
    const read = shellWords(node.text)
    return 'error' in read ? null : [...read.words]
  },
}

/** What checks the health: text for a shell, or a list that says what runs it. */
export const healthTest: Kind = {
  check(node, path, problems) {
    if (textOf(node) !== null) return text.check(node, path, problems)
    if (node.kind !== 'list') return wrong(node, path, problems, 'text or a list')
    texts.check(node, path, problems)
    const [first] = textsOf(node)
    if (first !== undefined && !['NONE', 'CMD', 'CMD-SHELL'].includes(first))
      problems.error(path, 'A list must start with CMD, CMD-SHELL or NONE: ["CMD", "curl", "-f", "http://localhost"].')
  },
  emit(node) {
    if (node?.kind === 'scalar' && node.value !== null) return ['CMD-SHELL', node.text]
    return node?.kind === 'list' && node.items.length > 0 ? textsOf(node) : undefined
  },
}
