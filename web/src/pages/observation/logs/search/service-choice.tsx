import type { LogSource } from '@wheelhouse/contract'
import { ChevronDown } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import { Button } from '../../../../ui/control/button.tsx'
import { listed, plural } from '../../../../ui/format/number.ts'
import { Glyph } from '../../../../ui/state/glyph.tsx'
import { sourceGlyph } from '../kept/words.ts'
import { isMeant, referenceOf } from './sources.ts'

const mostShown = 200

/** Any number of services, also those that are gone. */
export function ServiceChoice({
  sources,
  value,
  onPick,
}: {
  sources: readonly LogSource[]
  /** References, comma-separated; empty for all. */
  value: string
  onPick: (value: string) => void
}) {
  const [q, setQ] = useState('')
  const references = value.split(',').filter(Boolean)
  const wanted = q.trim().toLowerCase()
  const fitting = sources.filter(({ name, stack, targetName }) =>
    `${name} ${stack ?? ''} ${targetName ?? ''}`.toLowerCase().includes(wanted),
  )
  const toggle = (source: LogSource): void => {
    const left = references.filter((each) => !isMeant(source, [each]))
    onPick((left.length < references.length ? left : [...left, referenceOf(source, sources)]).join(','))
  }
  return (
    <Popover.Root onOpenChange={() => setQ('')}>
      <Popover.Trigger asChild>
        <button type="button" className={`select-quiet ${value === '' ? '' : 'on'}`}>
          <span>Services</span>
          <span className="cut max-w-[200px] text-ink">{value === '' ? 'all' : listed(references, 2)}</span>
          <ChevronDown className="icon-s mx-1.5!" aria-hidden />
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="menu choice"
          align="start"
          sideOffset={4}
          collisionPadding={8}
          aria-label="Services"
        >
          <div className="flex items-center gap-2 p-1">
            <input
              className="input sm"
              aria-label="Find a service"
              placeholder="Find by name, stack, target"
              value={q}
              spellCheck={false}
              autoComplete="off"
              onChange={(event) => setQ(event.target.value)}
            />
            <Button look="ghost" disabled={value === ''} onClick={() => onPick('')}>
              All
            </Button>
          </div>
          {fitting.length === 0 && (
            <p className="meta p-2">
              {sources.length === 0 ? 'No lines are kept yet.' : `No service matches "${q.trim()}".`}
            </p>
          )}
          {fitting.slice(0, mostShown).map((source) => (
            <label key={source.id} className="menu-item hover:bg-raised">
              <input
                type="checkbox"
                className="check"
                checked={isMeant(source, references)}
                onChange={() => toggle(source)}
              />
              <Glyph state={sourceGlyph(source)} label={source.state} />
              <span className="cut grow">{source.name}</span>
              <span className="meta cut">
                {[source.state === 'gone' && 'gone', source.stack, source.targetName].filter(Boolean).join(', ')}
              </span>
            </label>
          ))}
          {fitting.length > mostShown && (
            <p className="meta p-2">{plural(fitting.length - mostShown, 'more service')}: write more of the name.</p>
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
