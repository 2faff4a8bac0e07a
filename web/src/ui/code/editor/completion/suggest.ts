import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  startCompletion,
} from '@codemirror/autocomplete'
import type { EditorState, Extension } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'
import type { Language } from '../languages.ts'
import { envPlace, jsonPlace } from './flat-place.ts'
import type { Place } from './place.ts'
import { type KnownKey, keysAt, type Schema, valuesAt } from './schema.ts'
import { yamlPlace } from './yaml-place.ts'

/** Where the schema of a text comes from; asked for at the first key that could use it. */
export type SchemaSource = () => Schema | null | Promise<Schema | null>

function placeOf(language: Language, state: EditorState, at: number): Place | null {
  if (language === 'json') return jsonPlace(state.sliceDoc(0, at), state.sliceDoc(at))
  const line = state.doc.lineAt(at)
  const find = language === 'yaml' ? yamlPlace : envPlace
  return find(state.doc.toString().split('\n'), line.number - 1, at - line.from)
}

/** What a chosen key brings with it, so that its value can be written at once. */
function afterKey(language: Language, key: KnownKey, place: Place, state: EditorState, from: number): string {
  if (language === 'env') return '='
  if (!key.nests || place.flow) return ': '
  const line = state.doc.lineAt(from)
  return `:\n${' '.repeat(from - line.from + 2)}`
}

function applyKey(language: Language, key: KnownKey, place: Place) {
  return (view: EditorView, _: Completion, from: number, to: number): void => {
    const rest = view.state.sliceDoc(to, view.state.doc.lineAt(to).to)
    const name = language === 'json' ? `"${key.name}"` : key.name
    const quote = language === 'json' && rest.startsWith('"') ? 1 : 0
    const hasSign = /^\s*[:=]/.test(rest.slice(quote))
    const insert = `${name}${hasSign ? '' : afterKey(language, key, place, view.state, from)}`
    view.dispatch({
      changes: { from, to: to + quote, insert },
      selection: { anchor: from + insert.length },
      userEvent: 'input.complete',
      scrollIntoView: true,
    })
    if (!hasSign) startCompletion(view)
  }
}

/** Keys and values that fit the place under the caret. */
export const suggest =
  (language: Language, source: SchemaSource) =>
  async (context: CompletionContext): Promise<CompletionResult | null> => {
    const place = placeOf(language, context.state, context.pos)
    if (place === null || !/^"?[\w.-]*$/.test(place.word)) return null
    // A blank place says nothing about what is wanted, unless asked; a value has but few.
    if (place.word === '' && place.kind === 'key' && !context.explicit) return null
    const schema = await source()
    if (schema === null || context.aborted) return null
    const from = context.pos - place.word.length
    const keys: Completion[] =
      place.kind === 'value' && place.path.at(-1) !== null
        ? []
        : keysAt(schema, place.path)
            .filter(({ name }) => !place.present.has(name))
            .map((key, i) => ({
              label: language === 'json' ? `"${key.name}"` : key.name,
              displayLabel: key.name,
              detail: key.kind,
              boost: (key.required ? 20 : 0) - Math.min(i, 90) / 10,
              apply: applyKey(language, key, place),
              ...(key.about ? { info: key.about } : {}),
            }))
    const values = place.kind === 'value' || place.path.at(-1) === null ? valuesAt(schema, place.path) : []
    const options = [
      ...keys,
      ...values.map((value): Completion => ({ label: language === 'json' ? JSON.stringify(value) : value })),
    ]
    return options.length === 0 ? null : { from, options, validFor: /^"?[\w.-]*$/ }
  }

export const completion = (language: Language, source: SchemaSource): Extension =>
  autocompletion({ override: [suggest(language, source)], icons: false, maxRenderedOptions: 60 })
