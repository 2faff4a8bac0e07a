import type { LogSource } from '@wheelhouse/contract'
import { ArrowDownWideNarrow, ArrowUpNarrowWide, RefreshCw, WrapText, ZoomOut } from 'lucide-react'
import { Button } from '../../../../ui/control/button.tsx'
import { FilterBox } from '../../../../ui/control/filter-box.tsx'
import { Pick, Segment } from '../../../../ui/control/pick.tsx'
import { LevelFilter } from '../../../../ui/log/level-filter.tsx'
import { type Ask, isWhere, type Mode, modes, type Span } from './ask.ts'
import { RangeChoice } from './range-choice.tsx'
import { ServiceChoice } from './service-choice.tsx'

interface Props {
  readonly ask: Ask
  readonly span: Span
  readonly sources: readonly LogSource[]
  readonly counts: ReadonlyMap<string, number>
  readonly isBad: boolean
  readonly isBusy: boolean
  readonly wrap: boolean
  readonly onAsk: (change: Partial<Ask>) => void
  readonly onWrap: () => void
  readonly onAgain: () => void
}

const placeholders: Record<Mode, string> = {
  words: 'Words, "some words", -without',
  letters: 'Letters anywhere in a line',
  pattern: 'Pattern, such as \\b5\\d\\d\\b',
}
const optionsOf = (names: readonly (string | null)[]) => [
  { value: '', label: 'all' },
  ...[...new Set(names)]
    .flatMap((name) => (name === null ? [] : [{ value: name, label: name }]))
    .toSorted((a, b) => a.label.localeCompare(b.label)),
]

/** What is asked: the text, whose lines, which of them, and of when. */
export function SearchBar({ ask, span, sources, counts, isBad, isBusy, wrap, onAsk, onWrap, onAgain }: Props) {
  const stacks = optionsOf(sources.map(({ stack }) => stack))
  const targets = [...new Map(sources.map((each) => [each.targetId, each.targetName ?? each.targetId]))]
  const { since, until } = span
  const isExact = ask.since !== '' || ask.until !== ''
  const zoomOut = (): void => {
    const end = until === undefined ? Date.now() : Date.parse(until)
    const from = since === undefined ? end - 3_600_000 : Date.parse(since)
    const to = Math.min(Date.now(), end + (end - from))
    onAsk({ since: new Date(from - (end - from)).toISOString(), until: new Date(to).toISOString() })
  }
  return (
    <>
      <div className="toolbar pb-0! border-b-0!">
        <FilterBox
          wide
          label="Search kept lines"
          placeholder={placeholders[ask.mode]}
          value={ask.q}
          bad={isBad}
          delayMs={450}
          onChange={(q) => onAsk({ q })}
        />
        <Segment
          label="What the text is"
          value={ask.mode}
          options={modes}
          onPick={(mode) => onAsk({ mode: mode as Mode })}
        />
        <LevelFilter none counts={counts} value={ask.level} onChange={(level) => onAsk({ level })} />
      </div>
      <div className="toolbar">
        <ServiceChoice sources={sources} value={ask.service} onPick={(service) => onAsk({ service })} />
        {(stacks.length > 1 || ask.stack !== '') && (
          <Pick label="Stack" value={ask.stack} options={stacks} onPick={(stack) => onAsk({ stack })} />
        )}
        {(targets.length > 1 || ask.target !== '') && (
          <Pick
            label="Target"
            value={ask.target}
            options={[{ value: '', label: 'all' }, ...targets.map(([value, label]) => ({ value, label }))]}
            onPick={(target) => onAsk({ target })}
          />
        )}
        <Pick
          label="Output"
          value={ask.stream}
          options={[
            { value: '', label: 'all' },
            { value: 'stdout', label: 'stdout' },
            { value: 'stderr', label: 'stderr' },
            { value: 'system', label: 'of Wheelhouse' },
          ]}
          onPick={(stream) => onAsk({ stream })}
        />
        <span className="fields-box">
          <FilterBox
            second
            label="Fields of a line"
            placeholder="Fields: status>=500,path~/api"
            value={ask.where}
            bad={!isWhere(ask.where)}
            delayMs={450}
            onChange={(where) => onAsk({ where })}
          />
        </span>
        <RangeChoice ask={ask} span={span} onPick={onAsk} />
        {isExact && (
          <Button icon={ZoomOut} aria-label="Three times the time" title="Three times the time" onClick={zoomOut} />
        )}
        <span className="grow hide-phone" />
        <Button
          icon={ask.order === 'newest' ? ArrowDownWideNarrow : ArrowUpNarrowWide}
          title="Order"
          onClick={() => onAsk({ order: ask.order === 'newest' ? 'oldest' : 'newest' })}
        >
          {ask.order === 'newest' ? 'Newest first' : 'Oldest first'}
        </Button>
        <Button
          icon={WrapText}
          className={wrap ? 'btn-on' : ''}
          aria-pressed={wrap}
          aria-label="Wrap long lines"
          title="Wrap (W)"
          onClick={onWrap}
        />
        <Button
          icon={RefreshCw}
          busy={isBusy}
          aria-label="Search again, up to now"
          title="Search again (R)"
          onClick={onAgain}
        />
      </div>
    </>
  )
}
