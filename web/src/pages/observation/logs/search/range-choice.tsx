import { ChevronDown } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import { Button } from '../../../../ui/control/button.tsx'
import { TextField } from '../../../../ui/control/field.tsx'
import { zone } from '../../../../ui/format/age.ts'
import { type Ask, ranges, type Span, spanWords } from './ask.ts'

type Times = Pick<Ask, 'range' | 'since' | 'until'>

/** An ISO time as a field of the browser writes it, in local time. */
const localOf = (iso: string | undefined): string => {
  if (!iso) return ''
  const at = new Date(iso)
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
}
const isoOf = (local: string): string => (local === '' ? '' : new Date(local).toISOString())

/** A range that ends now, or exact times. */
export function RangeChoice({
  ask,
  span,
  words,
  onPick,
}: {
  ask: Ask
  span: Span
  /** What the button says; the time that is chosen unless told. */
  words?: string
  onPick: (times: Times) => void
}) {
  const [isOpen, setOpen] = useState(false)
  const isExact = ask.since !== '' || ask.until !== ''
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <button type="button" className={`select-quiet ${isExact ? 'on' : ''}`}>
          <span>Time</span>
          <span className="text-ink">{words ?? spanWords(ask)}</span>
          <ChevronDown className="icon-s mx-1.5!" aria-hidden />
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="menu choice" align="start" sideOffset={4} collisionPadding={8} aria-label="Time">
          <div className="grid grid-cols-2 gap-1 p-1">
            {ranges.map(({ value, label }) => (
              <Button
                key={value}
                look={isExact || value !== ask.range ? 'ghost' : undefined}
                aria-pressed={!isExact && value === ask.range}
                className="justify-start!"
                onClick={() => {
                  onPick({ range: value, since: '', until: '' })
                  setOpen(false)
                }}
              >
                {label}
              </Button>
            ))}
          </div>
          <div className="menu-sep" />
          <ExactTimes
            since={localOf(span.since)}
            until={ask.until === '' && isExact ? '' : localOf(span.until)}
            onPick={(times) => {
              onPick({ range: ask.range, ...times })
              setOpen(false)
            }}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function ExactTimes(props: { since: string; until: string; onPick: (times: Omit<Times, 'range'>) => void }) {
  const [since, setSince] = useState(props.since)
  const [until, setUntil] = useState(props.until)
  const error =
    since === '' && until === ''
      ? 'Tell one of the two.'
      : since !== '' && until !== '' && since >= until
        ? `It ends before it begins. Choose a time after ${since.replace('T', ' ')}.`
        : null
  const [isTried, setTried] = useState(false)
  return (
    <form
      className="flex flex-col gap-2 p-2"
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        if (error === null) props.onPick({ since: isoOf(since), until: isoOf(until) })
      }}
    >
      <TextField
        label="From"
        type="datetime-local"
        step="1"
        value={since}
        hint="Empty: from the beginning."
        onChange={(event) => setSince(event.target.value)}
      />
      <TextField
        label="Until"
        type="datetime-local"
        step="1"
        value={until}
        hint={`Empty: now. Times in ${zone()}.`}
        error={isTried ? error : null}
        onChange={(event) => setUntil(event.target.value)}
      />
      <Button type="submit" look="primary" className="self-start">
        Show these times
      </Button>
    </form>
  )
}
