import type { CrashReport } from '@wheelhouse/contract'
import { useEffect, useRef } from 'react'
import { Go } from '../../../ui/control/link.tsx'
import { clock } from '../../../ui/format/age.ts'
import { plural } from '../../../ui/format/number.ts'
import { LineText } from '../../../ui/log/line-text.tsx'
import { Panel } from '../../../ui/page/panel.tsx'

/** What it said last, its errors marked; the end of it is in sight. */
export function LastWords({ crash, href }: { crash: CrashReport; href: string }) {
  const box = useRef<HTMLDivElement>(null)
  const { lines } = crash
  const errors = lines.filter(({ error }) => error).length
  useEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight
  }, [lines.length])
  return (
    <Panel
      title="Last words"
      flush
      meta={
        lines.length === 0
          ? null
          : `${plural(lines.length, 'line')}${crash.earlier ? ' of more' : ''}, ${errors === 0 ? 'no error among them' : plural(errors, 'line of errors', 'lines of errors')}`
      }
      actions={
        <Go className="btn" href={href}>
          Open in the log
        </Go>
      }
    >
      {lines.length === 0 ? (
        <p className="px-3 pb-3 text-ink-3">It said nothing that was kept.</p>
      ) : (
        <div
          ref={box}
          className="said"
          style={{ maxHeight: 420, overflowY: 'auto' }}
          role="log"
          aria-label="Last words"
          tabIndex={0}
        >
          {lines.map((line) =>
            line.stream === 'system' ? (
              <div key={line.position} className="log-break">
                <span className="cut">{line.text}</span>
              </div>
            ) : (
              <div key={line.position} className={`log-line ${line.level ?? ''} ${line.error ? 'hit' : ''}`}>
                <span className="rail" />
                <time dateTime={line.at}>{clock(Date.parse(line.at), true)}</time>
                <span className="level">
                  {line.goesOn ? '' : (line.level ?? (line.stream === 'stderr' ? 'stderr' : ''))}
                </span>
                <LineText text={line.text} marks={null} />
              </div>
            ),
          )}
        </div>
      )}
    </Panel>
  )
}
