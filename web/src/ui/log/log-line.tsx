import { memo } from 'react'
import { clock } from '../format/age.ts'
import { LineText } from './line-text.tsx'
import type { Stored } from './ring.ts'

interface Props {
  readonly line: Stored
  readonly search: RegExp | null
  readonly times: boolean
  /** Who of several wrote it, in words; none where there is one. */
  readonly source?: string | undefined
  /** Where its time leads; it is no link unless told. */
  readonly href?: string | undefined
}

/** Rail, time, level word, text. Sentences of ours stand on a rule. */
export const LogLine = memo(function LogLine({ line, search, times, source, href }: Props) {
  if (line.stream === 'system')
    return (
      <div className="log-break">
        <span className="cut">{line.text}</span>
      </div>
    )
  const time = <time dateTime={new Date(line.at).toISOString()}>{clock(line.at, true)}</time>
  const level = line.level ?? (line.stream === 'stderr' ? 'stderr' : '')
  return (
    <div className={`log-line ${line.level ?? ''} ${times ? '' : 'bare'} ${source === undefined ? '' : 'from'}`}>
      <span className="rail" />
      {times && (href === undefined ? time : <a href={href}>{time}</a>)}
      <span className="level">{level}</span>
      {source !== undefined && (
        <span className="source" title={source}>
          {source}
        </span>
      )}
      <LineText text={line.text} marks={search} />
    </div>
  )
})
