import type { CrashReport } from '@wheelhouse/contract'
import { paths } from '../../../paths.ts'
import { Go } from '../../../ui/control/link.tsx'
import { moment } from '../../../ui/format/age.ts'
import { span } from '../../../ui/format/span.ts'
import { Panel } from '../../../ui/page/panel.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { useNow } from '../../../ui/state/use-now.ts'
import { lifeGlyph, lifeWords } from '../logs/lives/words.ts'

const shortId = (serviceId: string): string => serviceId.slice(serviceId.indexOf(':') + 1).slice(0, 20)

/** How it ran on: when, as which container, and what became of that. */
export function AfterPanel({ crash }: { crash: CrashReport }) {
  const now = useNow()
  return (
    <Panel title="After it" span={6}>
      {crash.after.length === 0 && <p className="text-ink-3">Nothing of this name has run since.</p>}
      {crash.after.map((life) => {
        const outcome = (life.outcome in lifeGlyph ? life.outcome : 'unknown') as keyof typeof lifeGlyph
        const ends = life.endedAt === null ? now : Date.parse(life.endedAt)
        const isOther = life.serviceId !== crash.serviceId
        return (
          <div key={`${life.serviceId} ${life.startedAt}`} className="flex items-baseline gap-2 py-1">
            <Glyph state={lifeGlyph[outcome]} />
            <span className="min-w-0 grow">
              {life.state === null ? (
                <span className="mono">{shortId(life.serviceId)}</span>
              ) : (
                <Go className="link mono" href={paths.service(life.serviceId)}>
                  {shortId(life.serviceId)}
                </Go>
              )}{' '}
              {isOther && <span className="text-ink-3">another container </span>}
              <span className={outcome === 'crashed' ? 't-failed' : ''}>
                {life.endedAt === null && life.state !== null ? life.state : lifeWords[outcome]}
              </span>
              {life.exitCode !== null && <span className="text-ink-3"> with exit code {life.exitCode}</span>}
            </span>
            <span className="meta whitespace-nowrap">
              {moment(life.startedAt)}, for {span(Math.max(0, ends - Date.parse(life.startedAt)))}
            </span>
          </div>
        )
      })}
    </Panel>
  )
}
