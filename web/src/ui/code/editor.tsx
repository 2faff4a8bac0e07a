import { type ComponentType, type Ref, useEffect, useId, useImperativeHandle, useRef, useState } from 'react'
import type { SchemaSource } from './editor/completion/suggest.ts'
import type { Language } from './editor/languages.ts'
import type { EditorHandle, Remark } from './editor/remark.ts'
import type { SurfaceProps } from './editor/surface.tsx'

interface Props {
  readonly label: string
  readonly value: string
  /** Without it the text can be read and copied, not changed. */
  readonly onChange?: (value: string) => void
  readonly remarks?: readonly Remark[]
  readonly language?: Language
  /** Knows the keys and values that can be completed. */
  readonly schema?: SchemaSource
  readonly ref?: Ref<EditorHandle>
}

type Surface = ComponentType<SurfaceProps>
const none: readonly Remark[] = []
let ready: Surface | null = null

/** An editor with line numbers, colours, completion, and marks on the lines that are wrong. It comes when first needed. */
export function Editor({ label, value, onChange, remarks = none, language = 'yaml', schema, ref }: Props) {
  const id = useId()
  const [surface, setSurface] = useState<{ readonly is: Surface | null; readonly lost: boolean }>({
    is: ready,
    lost: false,
  })
  const inner = useRef<EditorHandle>(null)
  const area = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    if (ready) return undefined
    let gone = false
    import('./editor/surface.tsx').then(
      (loaded) => {
        ready = loaded.Surface
        if (!gone) setSurface({ is: ready, lost: false })
      },
      (reason: unknown) => {
        reportError(reason)
        if (!gone) setSurface({ is: null, lost: true })
      },
    )
    return () => {
      gone = true
    }
  }, [])
  useImperativeHandle(ref, () => ({
    goTo(line, column) {
      inner.current?.goTo(line, column)
      area.current?.focus()
    },
  }))
  if (surface.lost && onChange)
    return (
      <div className="field">
        <textarea
          ref={area}
          className="input mono"
          rows={18}
          aria-label={label}
          aria-describedby={`${id}-lost`}
          value={value}
          spellCheck={false}
          onChange={(event) => onChange(event.target.value)}
        />
        <span id={`${id}-lost`} className="hint">
          The editor did not load, so this is a plain field. Everything else works.
        </span>
      </div>
    )
  const Loaded = surface.is
  return (
    <div className="editor">
      <div className={`code frame${onChange ? ' writes' : ''}`} aria-busy={!Loaded && !surface.lost}>
        {Loaded ? (
          <Loaded
            label={label}
            describedBy={`${id}-keys`}
            value={value}
            language={language}
            remarks={remarks}
            onChange={onChange}
            schema={schema}
            ref={inner}
          />
        ) : (
          <section aria-label={label} tabIndex={0}>
            <pre>{value}</pre>
          </section>
        )}
      </div>
      {onChange && (
        <p id={`${id}-keys`} className="keys">
          Tab indents. Press Escape first to move on with Tab.{schema && ' Ctrl Space shows what fits.'}
        </p>
      )}
    </div>
  )
}
