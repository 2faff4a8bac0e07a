import { ChevronDown, ZoomOut } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import { Button } from '../../../ui/control/button.tsx'
import { TextField } from '../../../ui/control/field.tsx'
import { Segment } from '../../../ui/control/pick.tsx'
import { zone } from '../../../ui/format/age.ts'
import { isExact, ranges, spanOf, type Time, timeWords, widened } from './ask.ts'

/** An ISO time as a field of the browser writes it, in local time. */
const localOf = (ms: number): string =>
  new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 19)

/** A range that ends now, or exact times; drawn over in a chart they are chosen as well. */
export function TimeChoice({
  time,
  more = [],
  onPick,
}: {
  time: Time
  /** Ranges before those that all pages have. */
  more?: readonly { readonly value: string; readonly label: string }[]
  onPick: (time: Time) => void
}) {
  const [isOpen, setOpen] = useState(false)
  const exact = isExact(time)
  return (
    <span className="flex flex-wrap items-center gap-2">
      <Segment
        label="Range"
        value={exact ? '' : time.range}
        options={[...more, ...ranges]}
        onPick={(range) => onPick({ range, since: '', until: '' })}
      />
      <Popover.Root open={isOpen} onOpenChange={setOpen}>
        <Popover.Trigger asChild>
          <button type="button" className={`select-quiet ${exact ? 'on' : ''}`}>
            <span>{exact ? 'Time' : 'Own time'}</span>
            {exact && <span className="text-ink">{timeWords(time)}</span>}
            <ChevronDown className="icon-s mx-1.5!" aria-hidden />
          </button>
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content className="menu" align="start" sideOffset={4} collisionPadding={8} aria-label="Own time">
            <ExactTimes
              time={time}
              onPick={(picked) => {
                onPick(picked)
                setOpen(false)
              }}
            />
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
      {exact && (
        <Button
          icon={ZoomOut}
          aria-label="Three times the time"
          title="Three times the time"
          onClick={() => onPick(widened(time, Date.now()))}
        />
      )}
    </span>
  )
}

function ExactTimes({ time, onPick }: { time: Time; onPick: (time: Time) => void }) {
  const span = spanOf(time, Date.now())
  const [since, setSince] = useState(localOf(span.from))
  const [until, setUntil] = useState(localOf(span.to))
  const [isTried, setTried] = useState(false)
  const error =
    since === '' || until === ''
      ? 'Tell both times.'
      : since >= until
        ? `It ends before it begins. Choose a time after ${since.replace('T', ' ')}.`
        : null
  return (
    <form
      className="flex flex-col gap-2 p-2"
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        if (error !== null) return
        onPick({ ...time, since: new Date(since).toISOString(), until: new Date(until).toISOString() })
      }}
    >
      <TextField
        label="From"
        type="datetime-local"
        step="1"
        value={since}
        onChange={(event) => setSince(event.target.value)}
      />
      <TextField
        label="Until"
        type="datetime-local"
        step="1"
        value={until}
        hint={`Times in ${zone()}.`}
        error={isTried ? error : null}
        onChange={(event) => setUntil(event.target.value)}
      />
      <Button type="submit" look="primary" className="self-start">
        Show these times
      </Button>
    </form>
  )
}
