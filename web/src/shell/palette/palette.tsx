import { useQuery } from '@tanstack/react-query'
import { Search } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { type KeyboardEvent, useDeferredValue, useEffect, useMemo, useState } from 'react'
import { useActs } from '../../acts/use-acts.tsx'
import { client } from '../../api/client.ts'
import { deployments } from '../../api/deployments.ts'
import { services, targets } from '../../api/fleet.ts'
import { keys } from '../../api/keys.ts'
import { useMay } from '../../api/may.ts'
import { useRows } from '../../api/row-store.ts'
import { takeLetters } from '../../ui/control/keys.ts'
import { useGo } from '../../ui/control/link.tsx'
import { plural } from '../../ui/format/number.ts'
import { Glyph } from '../../ui/state/glyph.tsx'
import { useNavigation } from '../sidebar.tsx'
import { entriesOf, findEntry, findLinesEntry } from './entries.ts'
import type { Entry } from './entry.ts'
import { Preview } from './preview.tsx'
import { arranged, search } from './search.ts'

const recentKey = 'wheelhouse.palette'
const readRecent = (): string[] => {
  try {
    return JSON.parse(localStorage.getItem(recentKey) ?? '[]') as string[]
  } catch {
    return []
  }
}

/** Finds and runs: results left, what will happen right. */
export function Palette({ onClose }: { onClose: () => void }) {
  const [typed, setTyped] = useState('')
  const [cursor, setCursor] = useState(0)
  const [recent] = useState(readRecent)
  // The palette may have been a moment on its way; what was typed meanwhile was meant for it.
  useEffect(() => setTyped((now) => takeLetters() + now), [])
  const serviceRows = useRows(services)
  const targetRows = useRows(targets)
  const runs = useRows(deployments)
  const may = useMay()
  const stacks = useQuery({
    queryKey: keys.stacks,
    queryFn: () => client.stacks.list({ limit: 1000 }),
    enabled: may('stacks.read'),
  })
  const { groups, foot } = useNavigation()
  const { act } = useActs()
  const go = useGo()
  const entries = useMemo(
    () =>
      entriesOf({
        services: serviceRows,
        targets: targetRows,
        stacks: stacks.data?.items ?? [],
        deployments: runs,
        pages: [...groups.flatMap((group) => group.entries), ...foot],
        may,
      }),
    // The pages follow from who is signed in, as `may` does.
    [serviceRows, targetRows, stacks.data, runs, may],
  )
  const wanted = useDeferredValue(typed)
  const found = useMemo(() => search(entries, wanted, recent), [entries, wanted, recent])
  const shown = useMemo(
    () =>
      arranged(found, [
        ...(/^[^>@#/]/.test(wanted.trim()) ? [findEntry(wanted.trim())] : []),
        ...(/^[^>@#/]/.test(wanted.trim()) && may('logs.read') ? [findLinesEntry(wanted.trim())] : []),
      ]),
    [found, wanted, may],
  )
  const chosen = shown[Math.min(cursor, shown.length - 1)]

  const run = (entry: Entry): void => {
    localStorage.setItem(recentKey, JSON.stringify([entry.id, ...recent.filter((id) => id !== entry.id)].slice(0, 12)))
    onClose()
    if (entry.act && entry.service) act(entry.act, [entry.service])
    else if (entry.href) go(entry.href)
  }
  const onKey = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      const next = (cursor + step + shown.length) % Math.max(1, shown.length)
      setCursor(next)
      document.querySelector(`#hit-${next}`)?.scrollIntoView({ block: 'nearest' })
    } else if (event.key === 'Enter' && chosen) {
      event.preventDefault()
      run(chosen)
    }
  }

  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="scrim" />
        <Dialog.Content className="palette" aria-describedby={undefined} onKeyDown={onKey}>
          <Dialog.Title className="vh">Search and run</Dialog.Title>
          <div className="ask">
            <Search className="icon" aria-hidden />
            <input
              role="combobox"
              aria-expanded="true"
              aria-controls="hits"
              aria-activedescendant={chosen ? `hit-${shown.indexOf(chosen)}` : undefined}
              aria-label="Search and run"
              placeholder="Restart web, logs of api, a target, a page…"
              spellCheck={false}
              autoComplete="off"
              value={typed}
              onChange={(event) => {
                setTyped(event.target.value)
                setCursor(0)
              }}
            />
            <button type="button" onClick={onClose} aria-label="Esc, close">
              <kbd>Esc</kbd>
            </button>
          </div>
          <div className="both">
            <div className="found" id="hits" role="listbox" aria-label="Found">
              {found.length === 0 && (
                <p className="px-3 py-6 text-ink-3">
                  Nothing matches "{typed}". Try a part of the name, or a verb such as restart.
                </p>
              )}
              {shown.map((entry, i) => (
                <div key={entry.id} role="presentation">
                  {shown[i - 1]?.group !== entry.group && <h3 role="presentation">{entry.group}</h3>}
                  {/* oxlint-disable-next-line jsx_a11y/click-events-have-key-events -- the input holds the keys */}
                  <div
                    id={`hit-${i}`}
                    role="option"
                    tabIndex={-1}
                    aria-selected={entry === chosen}
                    className="hit"
                    onPointerMove={() => setCursor(i)}
                    onClick={() => run(entry)}
                  >
                    {entry.state ? (
                      <Glyph state={entry.state} label={entry.state} />
                    ) : (
                      entry.icon && <entry.icon className="icon-s text-ink-3" aria-hidden />
                    )}
                    <span className="cut">
                      {entry.verb && <b>{entry.verb} </b>}
                      <span className="text-ink">{entry.name}</span> <span className="meta">{entry.about}</span>
                    </span>
                    {entry.service && entry.group === 'Go to' && entry.service.state !== 'running' && (
                      <span className={`ml-auto t-${entry.service.state}`}>{entry.service.state}</span>
                    )}
                  </div>
                </div>
              ))}
            </div>
            <div className="what">{chosen && <Preview entry={chosen} onRun={() => run(chosen)} />}</div>
          </div>
          <div className="feet">
            <span>
              <kbd>↑</kbd>
              <kbd>↓</kbd> choose
            </span>
            <span>
              <kbd>↵</kbd> run or open
            </span>
            <span>
              <kbd>&gt;</kbd> commands
            </span>
            <span>
              <kbd>@</kbd> targets
            </span>
            <span>
              <kbd>#</kbd> stacks
            </span>
            <span className="ml-auto">
              {plural(serviceRows.length, 'service')}, {plural(targetRows.length, 'target')}
            </span>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
