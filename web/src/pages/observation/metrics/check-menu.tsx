import { ChevronDown } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import { Button } from '../../../ui/control/button.tsx'
import { plural } from '../../../ui/format/number.ts'

export interface CheckItem {
  readonly value: string
  readonly label: string
  readonly about: string
}

const mostShown = 200

/** Any number of many: a field to find them, and a box before each. */
export function CheckMenu({
  label,
  shown,
  items,
  chosen,
  placeholder,
  nothing,
  onPick,
  onNone,
}: {
  readonly label: string
  /** What the button says is chosen. */
  readonly shown: string
  readonly items: readonly CheckItem[]
  readonly chosen: readonly string[]
  readonly placeholder: string
  /** Why there are none to choose from. */
  readonly nothing: string
  readonly onPick: (chosen: string[]) => void
  /** Takes back what was chosen; its words. */
  readonly onNone?: { readonly label: string; readonly run: () => void }
}) {
  const [q, setQ] = useState('')
  const wanted = q.trim().toLowerCase()
  const fitting = items.filter(({ label: name, about }) => `${name} ${about}`.toLowerCase().includes(wanted))
  const toggle = (value: string): void =>
    onPick(chosen.includes(value) ? chosen.filter((each) => each !== value) : [...chosen, value])
  return (
    <Popover.Root onOpenChange={() => setQ('')}>
      <Popover.Trigger asChild>
        <button type="button" className={`select-quiet ${chosen.length === 0 ? '' : 'on'}`}>
          <span>{label}</span>
          <span className="cut max-w-[220px] text-ink">{shown}</span>
          <ChevronDown className="icon-s mx-1.5!" aria-hidden />
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="menu choice" align="start" sideOffset={4} collisionPadding={8} aria-label={label}>
          <div className="flex items-center gap-2 p-1">
            <input
              className="input sm"
              aria-label={placeholder}
              placeholder={placeholder}
              value={q}
              spellCheck={false}
              autoComplete="off"
              onChange={(event) => setQ(event.target.value)}
            />
            {onNone && (
              <Button look="ghost" disabled={chosen.length === 0} onClick={onNone.run}>
                {onNone.label}
              </Button>
            )}
          </div>
          {fitting.length === 0 && (
            <p className="meta p-2">{items.length === 0 ? nothing : `None matches "${q.trim()}".`}</p>
          )}
          {fitting.slice(0, mostShown).map(({ value, label: name, about }) => (
            <label key={value} className="menu-item hover:bg-raised">
              <input
                type="checkbox"
                className="check"
                checked={chosen.includes(value)}
                onChange={() => toggle(value)}
              />
              <span className="cut grow">{name}</span>
              <span className="meta cut max-w-[55%]">{about}</span>
            </label>
          ))}
          {fitting.length > mostShown && (
            <p className="meta p-2">{plural(fitting.length - mostShown, 'more', 'more')}: write more of the name.</p>
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
