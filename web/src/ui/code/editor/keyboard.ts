import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from '@codemirror/commands'
import { acceptCompletion } from '@codemirror/autocomplete'
import { indentUnit } from '@codemirror/language'
import { type Extension, Prec } from '@codemirror/state'
import { type Command, EditorView, keymap } from '@codemirror/view'
import type { Language } from './languages.ts'

/** Spaces to the next stop, or the chosen lines one step further in. */
const indent: Command = (view) => {
  const { main } = view.state.selection
  if (!main.empty) return indentMore(view)
  const line = view.state.doc.lineAt(main.head)
  const step = view.state.facet(indentUnit).length
  const insert = ' '.repeat(step - ((main.head - line.from) % step))
  view.dispatch(view.state.replaceSelection(insert), { userEvent: 'input.indent', scrollIntoView: true })
  return true
}

/** How far in the line after `before` begins: within what was opened, else beside it. */
export function yamlIndent(before: string): number {
  const [, space = '', dashes = '', rest = ''] = /^( *)((?:- +)*)(.*)$/.exec(before) ?? []
  const text = rest.replace(/\s+#.*$/, '').trimEnd()
  const isKey = /^("[^"]*"|'[^']*'|[^\s:#'"{[][^:#]*):(\s|$)/.test(text)
  const beside = space.length + (isKey ? dashes.length : 0)
  return /(:|[[{]|:\s*[|>][-+0-9]*)$/.test(text) ? beside + 2 : beside
}

const yamlEnter: Command = (view) => {
  const { head } = view.state.selection.main
  const line = view.state.doc.lineAt(head)
  const insert = `\n${' '.repeat(yamlIndent(line.text.slice(0, head - line.from)))}`
  view.dispatch(view.state.replaceSelection(insert), { userEvent: 'input', scrollIntoView: true })
  return true
}

const still = new Set(['Escape', 'Tab', 'Shift', 'Control', 'Alt', 'Meta'])

/** After Escape the next Tab leaves, however long it takes; any other key makes it indent again. */
const wayOut: Extension = [
  EditorView.domEventHandlers({
    keydown: (event, view) => {
      if (!still.has(event.key)) view.setTabFocusMode(false)
      return false
    },
    focus: (_, view) => view.setTabFocusMode(false),
  }),
  keymap.of([
    {
      key: 'Escape',
      run: (view) => {
        view.setTabFocusMode(true)
        view.dispatch({ effects: EditorView.announce.of('Tab now moves on.') })
        return true
      },
    },
  ]),
]

/** Keys of an editor that can be written in. */
export const keyboard = (language: Language): Extension => [
  history(),
  indentUnit.of('  '),
  Prec.high(
    keymap.of([
      { key: 'Tab', run: (view) => acceptCompletion(view) || indent(view), shift: indentLess },
      ...(language === 'yaml' ? [{ key: 'Enter', run: yamlEnter }] : []),
    ]),
  ),
  keymap.of([...historyKeymap, ...defaultKeymap.filter(({ key }) => key !== 'Escape')]),
  wayOut,
]
