import type { KeptLine } from '@wheelhouse/contract'
import { ChevronDown, ChevronRight } from 'lucide-react'
import { memo } from 'react'
import { clock } from '../../../../../ui/format/age.ts'
import { plural } from '../../../../../ui/format/number.ts'
import { LineText } from '../../../../../ui/log/line-text.tsx'

interface Props {
  readonly line: KeptLine
  readonly marks: RegExp | null
  /** Where a click on it leads. */
  readonly href: string
  /** It goes on with the line above it: neither time nor service are told again. */
  readonly beneath?: boolean
  /** How many lines are folded beneath it. */
  readonly folded?: number
  readonly isOpen?: boolean
  readonly isCursor?: boolean
  readonly isChosen?: boolean
  readonly height?: number
}

/** Rail, time, level word, service, text. The time is the link to the line. */
export const FoundLine = memo(function FoundLine({
  line,
  marks,
  href,
  beneath = false,
  folded = 0,
  isOpen = false,
  isCursor = false,
  isChosen = false,
  height,
}: Props) {
  const level = line.level ?? (line.stream === 'stderr' ? 'stderr' : line.stream === 'system' ? 'system' : '')
  const classes = ['log-line', 'from', 'found', line.level ?? '', line.stream === 'system' && 'ours']
  const said = [beneath && 'beneath', isCursor && 'cur', isChosen && 'sel', line.goesOn && !beneath && 'cut-off']
  return (
    <div
      className={[...classes, ...said].filter(Boolean).join(' ')}
      data-position={line.position}
      style={height === undefined ? undefined : { height }}
    >
      <span className="rail" />
      <a href={href} className="when" tabIndex={-1} title={line.at}>
        <time dateTime={line.at}>{beneath ? '' : clock(Date.parse(line.at), true)}</time>
      </a>
      <span className="level">{beneath ? '' : level}</span>
      <span className="source" title={line.stack === null ? line.service : `${line.stack}, ${line.service}`}>
        {beneath ? '' : line.service}
      </span>
      <LineText text={line.text} marks={marks} />
      {folded > 0 && (
        <button type="button" className="fold" data-fold={line.position} aria-expanded={isOpen}>
          {isOpen ? <ChevronDown className="icon-s" aria-hidden /> : <ChevronRight className="icon-s" aria-hidden />}
          {plural(folded, 'more line')}
        </button>
      )}
    </div>
  )
})
