import { Search, X } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'

interface Props {
  readonly value: string
  readonly label: string
  readonly placeholder: string
  readonly onChange: (value: string) => void
  readonly bad?: boolean
  readonly after?: ReactNode
  /** A second box on a page leaves the key `/` to the first. */
  readonly second?: boolean
  /** Waits this long after the last key; 120 ms unless told. */
  readonly delayMs?: number
  /** The main thing of its page: takes the room there is. */
  readonly wide?: boolean
}

/** The filter of a list; `/` reaches it, Esc clears and leaves it. */
export function FilterBox({
  value,
  label,
  placeholder,
  onChange,
  bad = false,
  after,
  second = false,
  delayMs = 120,
  wide = false,
}: Props) {
  const [text, setText] = useState(value)
  const sent = useRef(value)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    if (value !== sent.current) {
      sent.current = value
      setText(value)
    }
  }, [value])
  const change = (next: string, now = false): void => {
    setText(next)
    clearTimeout(timer.current)
    const send = (): void => {
      sent.current = next
      onChange(next)
    }
    if (now) send()
    else timer.current = setTimeout(send, delayMs)
  }
  return (
    <span className={`input sm soft grow-phone ${wide ? 'max-w-[560px]' : 'max-w-[340px]'} ${bad ? 'bad' : ''}`}>
      <Search className="icon-s text-ink-3" aria-hidden />
      <input
        type="text"
        data-filter={second ? undefined : ''}
        role="searchbox"
        aria-label={label}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        value={text}
        onChange={(event) => change(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') change(text, true)
          if (event.key !== 'Escape') return
          if (text === '') event.currentTarget.blur()
          else change('', true)
          event.stopPropagation()
        }}
      />
      {after}
      {text === '' ? (
        !second && <kbd aria-hidden>/</kbd>
      ) : (
        <button type="button" aria-label="Clear filter" className="text-ink-3" onClick={() => change('', true)}>
          <X className="icon-s" aria-hidden />
        </button>
      )}
    </span>
  )
}
