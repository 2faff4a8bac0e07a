import { X } from 'lucide-react'
import { type KeyboardEvent, useState } from 'react'
import { TextField } from '../../../ui/control/field.tsx'
import { domainTrouble, splitDomains } from './words.ts'

interface Props {
  readonly domains: readonly string[]
  readonly error: string | null | undefined
  readonly onChange: (domains: readonly string[]) => void
}

/** Domains and addresses as chips. Enter, blank and comma take one in; Backspace in the empty field takes the last out. */
export function DomainChips({ domains, error, onChange }: Props) {
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState<string | null>(null)
  const take = (given: string): void => {
    const parts = splitDomains(given)
    const bad = parts.find((part) => domainTrouble(part) !== null)
    const good = parts.filter((part) => domainTrouble(part) === null).map((part) => part.toLowerCase())
    onChange([...new Set([...domains, ...good])])
    setText(bad ?? '')
    setWrong(bad === undefined ? null : domainTrouble(bad))
  }
  const onKey = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (['Enter', ',', ' '].includes(event.key) && text.trim() !== '') {
      event.preventDefault()
      take(text)
    } else if (event.key === 'Backspace' && text === '') onChange(domains.slice(0, -1))
  }
  return (
    <div className="flex flex-col gap-2">
      <TextField
        label="Domains and addresses"
        className="mono"
        value={text}
        error={wrong ?? error}
        hint="Such as app.test, *.app.test or 192.168.100.85. Enter takes one in."
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        onChange={(event) => {
          setWrong(null)
          setText(event.target.value)
        }}
        onKeyDown={onKey}
        onPaste={(event) => {
          const pasted = event.clipboardData.getData('text')
          if (splitDomains(pasted).length < 2) return
          event.preventDefault()
          take(`${text} ${pasted}`)
        }}
        onBlur={() => text.trim() !== '' && take(text)}
      />
      {domains.length > 0 && (
        <ul className="flex flex-wrap gap-1.5" aria-label="Chosen domains">
          {domains.map((domain) => (
            <li key={domain} className="tag flex items-center gap-1">
              <span className="mono">{domain}</span>
              <button
                type="button"
                className="p-1 -m-1"
                aria-label={`Leave out ${domain}`}
                onClick={() => onChange(domains.filter((each) => each !== domain))}
              >
                <X className="size-3" aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
