import { type KeyboardEvent, memo, useId } from 'react'
import { yamlTokens } from './yaml.ts'

export interface Remark {
  readonly line: number | null
  readonly message: string
  readonly severity: 'error' | 'warning'
}

const Line = memo(function Line({ text, tone }: { text: string; tone: string }) {
  return (
    <span className={tone}>
      {yamlTokens(text).map((token, i) => (
        <span key={`${i}-${token.cls}`} className={token.cls}>
          {token.text}
        </span>
      ))}
      {'\n'}
    </span>
  )
})

interface Props {
  readonly label: string
  readonly value: string
  readonly onChange?: (value: string) => void
  readonly remarks?: readonly Remark[]
}

/** Tab indents by two and Enter keeps the indent; Esc lets go so that Tab moves on. */
function onKey(event: KeyboardEvent<HTMLTextAreaElement>): void {
  const area = event.currentTarget
  if (event.key === 'Escape') return area.blur()
  const insert = (text: string): void => {
    event.preventDefault()
    document.execCommand('insertText', false, text)
  }
  if (event.key === 'Tab' && !event.shiftKey) insert('  ')
  if (event.key === 'Enter') {
    const line = area.value.slice(0, area.selectionStart).split('\n').at(-1) ?? ''
    insert(`\n${/^\s*/.exec(line)?.[0] ?? ''}${line.trimEnd().endsWith(':') ? '  ' : ''}`)
  }
}

/** A plain editor: line numbers, colours, and marks on the lines that are wrong. */
export function Editor({ label, value, onChange, remarks = [] }: Props) {
  const id = useId()
  const tones = new Map<number, string>()
  for (const remark of remarks)
    if (remark.line !== null && tones.get(remark.line) !== 'bad')
      tones.set(remark.line, remark.severity === 'error' ? 'bad' : 'warn')
  const lines = value.split('\n')
  return (
    <div className="code editor">
      <div className="gutter" aria-hidden>
        {lines.map((_, i) => (
          // oxlint-disable-next-line react/no-array-index-key -- a line is its number
          <div key={i} className={tones.get(i + 1) ?? ''}>
            {i + 1}
          </div>
        ))}
      </div>
      <section className="text" aria-label={label} tabIndex={onChange ? -1 : 0}>
        <pre aria-hidden={onChange !== undefined}>
          {lines.map((line, i) => (
            // oxlint-disable-next-line react/no-array-index-key -- a line is its number
            <Line key={i} text={line} tone={tones.get(i + 1) ?? ''} />
          ))}
        </pre>
        {onChange && (
          <textarea
            aria-label={label}
            aria-describedby={`${id}-keys`}
            value={value}
            spellCheck={false}
            autoCapitalize="off"
            autoComplete="off"
            wrap="off"
            onChange={(event) => onChange(event.target.value)}
            onKeyDown={onKey}
          />
        )}
        <span id={`${id}-keys`} className="vh">
          Tab indents. Press Escape first to move on with Tab.
        </span>
      </section>
    </div>
  )
}
