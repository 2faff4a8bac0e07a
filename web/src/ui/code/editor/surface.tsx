import { setDiagnostics } from '@codemirror/lint'
import { Annotation, Compartment, EditorState, type Extension } from '@codemirror/state'
import { EditorView, highlightActiveLineGutter, highlightSpecialChars, lineNumbers } from '@codemirror/view'
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react'
import { completion, type SchemaSource } from './completion/suggest.ts'
import { keyboard } from './keyboard.ts'
import { type Language, languages } from './languages.ts'
import type { EditorHandle, Remark } from './remark.ts'
import { diagnosticsOf, rangeOf, remarkMarks } from './remarks.ts'
import { theme } from './theme.ts'
import { tones } from './tones.ts'

export interface SurfaceProps {
  readonly label: string
  readonly describedBy: string
  readonly value: string
  readonly language: Language
  readonly remarks: readonly Remark[]
  readonly onChange: ((value: string) => void) | undefined
  readonly schema: SchemaSource | undefined
  readonly ref: Ref<EditorHandle>
}

/** A change that came from the page: it knows already. */
const given = Annotation.define<true>()
const lineEnds = (text: string): string => text.replaceAll(/\r\n?/g, '\n')

/** How it can be reached and what it is called. One that only shows is scrolled by keys, and has no caret. */
const access = ({ label, describedBy, onChange }: SurfaceProps): Extension => [
  EditorState.readOnly.of(onChange === undefined),
  EditorView.editable.of(onChange !== undefined),
  EditorView.contentAttributes.of({
    'aria-label': label,
    autocapitalize: 'off',
    autocorrect: 'off',
    spellcheck: 'false',
    tabindex: '0',
    ...(onChange ? { 'aria-describedby': describedBy } : {}),
  }),
]

/** The editor itself. Its text is the property `value`, as that of a field. */
export function Surface(props: SurfaceProps) {
  const { label, describedBy, value, language, remarks, onChange, ref } = props
  const writes = onChange !== undefined
  const box = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(null)
  const newest = useRef(props)
  newest.current = props
  /** Texts handed to the page that have not come back as `value` yet. */
  const underway = useRef<string[]>([])
  const reach = useRef(new Compartment())
  const grammar = useRef(new Compartment())

  useEffect(() => {
    const made = new EditorView({
      parent: box.current ?? undefined,
      doc: newest.current.value,
      extensions: [
        grammar.current.of([]),
        tones,
        theme,
        lineNumbers(),
        remarkMarks,
        highlightSpecialChars(),
        reach.current.of(access(newest.current)),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged || update.transactions.every((change) => change.annotation(given))) return
          const text = update.state.doc.toString()
          underway.current.push(text)
          newest.current.onChange?.(text)
        }),
      ],
    })
    view.current = made
    return () => made.destroy()
  }, [])

  useEffect(() => {
    const source = (): ReturnType<SchemaSource> => newest.current.schema?.() ?? null
    view.current?.dispatch({
      effects: grammar.current.reconfigure([
        languages[language],
        writes ? [keyboard(language), completion(language, source), highlightActiveLineGutter()] : [],
      ]),
    })
  }, [language, writes])

  useEffect(() => {
    view.current?.dispatch({
      effects: reach.current.reconfigure(access(newest.current)),
    })
  }, [label, describedBy, writes])

  useEffect(() => {
    const text = lineEnds(value)
    const echo = underway.current.indexOf(text)
    const now = view.current?.state.doc
    // What comes back late must not undo what was typed since.
    if (echo >= 0) underway.current.splice(0, echo + 1)
    if (!now || echo >= 0 || now.toString() === text) return
    underway.current = []
    view.current?.dispatch({ changes: { from: 0, to: now.length, insert: text }, annotations: given.of(true) })
  }, [value])

  useEffect(() => {
    const { current } = view
    if (current) current.dispatch(setDiagnostics(current.state, diagnosticsOf(current.state.doc, remarks)))
  }, [remarks])

  useImperativeHandle(ref, () => ({
    goTo(line, column) {
      const { current } = view
      if (!current) return
      const { from, to } = rangeOf(current.state.doc, line, column)
      current.dispatch({
        selection: { anchor: from, head: to },
        effects: EditorView.scrollIntoView(from, { y: 'center' }),
      })
      current.focus()
    },
  }))
  return <div ref={box} className="surface" />
}
