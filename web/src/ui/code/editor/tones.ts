import { syntaxHighlighting, syntaxTree } from '@codemirror/language'
import { type Extension, RangeSetBuilder } from '@codemirror/state'
import { Decoration, type DecorationSet, type EditorView, ViewPlugin } from '@codemirror/view'

/** The class of each kind of token; their colours are in code.css, where the other views of code have theirs. */
const classes: Readonly<Record<string, string>> = {
  propertyName: 'ck',
  string: 'cs',
  number: 'cn',
  bool: 'cw',
  null: 'cw',
  keyword: 'cw',
  labelName: 'cw',
  typeName: 'cw',
  comment: 'cc',
}

/** Colours by what the languages say a token is; the most special word that has a colour wins. */
export const tones: Extension = syntaxHighlighting({
  style(tags) {
    for (const tag of tags)
      for (const name of tag.set.map(String)) {
        const found = classes[name]
        if (found !== undefined) return found
      }
    return null
  },
})

const marks = { cs: Decoration.mark({ class: 'cs' }), cn: Decoration.mark({ class: 'cn' }) }
const word = Decoration.mark({ class: 'cw' })

function markOf(text: string): Decoration {
  if (/^-?\d[\d_]*(\.\d+)?$/.test(text)) return marks.cn
  return /^(true|false|null|~)$/.test(text) ? word : marks.cs
}

function plainValues(view: EditorView): DecorationSet {
  const found = new RangeSetBuilder<Decoration>()
  for (const { from, to } of view.visibleRanges)
    syntaxTree(view.state).iterate({
      from,
      to,
      enter(node) {
        const plain = node.name === 'Literal' && node.node.parent?.name !== 'Key'
        if (!plain && node.name !== 'QuotedLiteral') return
        const text = view.state.sliceDoc(node.from, node.to)
        if (plain && !text.includes('${')) return found.add(node.from, node.to, markOf(text))
        let at = 0
        for (const variable of text.matchAll(/\$\{[^}]*\}/g)) {
          if (plain && variable.index > at) found.add(node.from + at, node.from + variable.index, marks.cs)
          at = variable.index + variable[0].length
          found.add(node.from + variable.index, node.from + at, word)
        }
        if (plain && at < text.length) found.add(node.from + at, node.to, marks.cs)
      },
    })
  return found.finish()
}

/** YAML's grammar calls every plain value the same: this tells numbers, words and ${variables} from text. */
export const yamlValues = ViewPlugin.define(
  (view) => ({
    values: plainValues(view),
    update(update) {
      const parsed = syntaxTree(update.startState) !== syntaxTree(update.state)
      if (update.docChanged || update.viewportChanged || parsed) this.values = plainValues(update.view)
    },
  }),
  { decorations: (plugin) => plugin.values },
)
