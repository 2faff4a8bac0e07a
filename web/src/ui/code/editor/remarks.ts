import { type Diagnostic, lintGutter, lintKeymap, previousDiagnostic, setDiagnosticsEffect } from '@codemirror/lint'
import { type Extension, StateField, type Text } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView, keymap } from '@codemirror/view'
import type { Remark } from './remark.ts'

/** From the column to the end of its line, without the spaces around; the whole text where the line is empty. */
export function rangeOf(text: Text, lineNumber: number, column?: number | null): { from: number; to: number } {
  const line = text.line(Math.min(Math.max(lineNumber, 1), text.lines))
  const end = line.from + line.text.trimEnd().length
  const first = line.from + line.text.length - line.text.trimStart().length
  const from = column ? line.from + column - 1 : first
  return from < end ? { from, to: end } : { from: Math.min(first, end), to: end }
}

/** Remarks that name a line, as marks in the text. */
export const diagnosticsOf = (text: Text, remarks: readonly Remark[]): Diagnostic[] =>
  remarks.flatMap(({ line, column, severity, message }) =>
    line === null ? [] : [{ ...rangeOf(text, line, column), severity, message }],
  )

const tints = {
  error: Decoration.line({ class: 'cm-bad' }),
  warning: Decoration.line({ class: 'cm-warn' }),
}

function tinted(text: Text, diagnostics: readonly Diagnostic[]): DecorationSet {
  const worst = new Map<number, keyof typeof tints>()
  for (const { from, severity } of diagnostics) {
    const start = text.lineAt(from).from
    if (severity === 'error' || !worst.has(start)) worst.set(start, severity === 'error' ? 'error' : 'warning')
  }
  return Decoration.set(
    [...worst].map(([start, severity]) => tints[severity].range(start)),
    true,
  )
}

const lineTints = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(before, change) {
    const news = change.effects.find((effect) => effect.is(setDiagnosticsEffect))
    return news ? tinted(change.state.doc, news.value) : before.map(change.changes)
  },
  provide: (field) => EditorView.decorations.from(field),
})

/** Marks in the gutter, tinted lines, and F8 from one problem to the next. */
export const remarkMarks: Extension = [
  lineTints,
  lintGutter(),
  keymap.of([...lintKeymap.filter(({ key }) => key === 'F8'), { key: 'Shift-F8', run: previousDiagnostic }]),
]
