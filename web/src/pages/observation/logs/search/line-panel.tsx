import { useQuery } from '@tanstack/react-query'
import type { KeptLine, LogSource, ToldLine } from '@wheelhouse/contract'
import { ChevronDown, ChevronUp, X } from 'lucide-react'
import { type RefObject, useEffect, useRef, useState } from 'react'
import { client } from '../../../../api/client.ts'
import { keys } from '../../../../api/keys.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { paths } from '../../../../paths.ts'
import { Button } from '../../../../ui/control/button.tsx'
import { CopyButton } from '../../../../ui/control/copy.tsx'
import { Go } from '../../../../ui/control/link.tsx'
import { Segment } from '../../../../ui/control/pick.tsx'
import { moment } from '../../../../ui/format/age.ts'
import { plainText } from '../../../../ui/log/ansi.ts'
import { Facts } from '../../../../ui/page/panel.tsx'
import { Skeleton, TroubleBox } from '../../../../ui/page/told.tsx'
import { Age } from '../../../../ui/state/age.tsx'
import { FoundLine } from './found/found-line.tsx'
import type { Walk } from './found/found-list.tsx'
import { MarkButton } from '../marks/mark-button.tsx'
import { ToldFields } from './told-fields.tsx'
import { referenceOf, sourceOf } from './sources.ts'

const most = 500
type Scope = 'service' | 'stack' | 'target'

/** Whose lines are shown around one. */
function withinOf(scope: Scope, line: KeptLine) {
  if (scope === 'stack' && line.stack !== null) return { stack: line.stack, target: line.targetId }
  return scope === 'target' ? { target: line.targetId } : { service: line.sourceId }
}

interface Props {
  readonly position: string
  readonly sources: readonly LogSource[]
  readonly marks: RegExp | null
  readonly wrap: boolean
  readonly hrefOf: (position: string) => string
  readonly onOpen: (position: string) => void
  readonly onlyService: (reference: string) => void
  readonly onClose: () => void
  readonly walk: RefObject<Walk | null>
}

/** One line, and what was said before and behind it. */
export function LinePanel(props: Props) {
  const { position, sources, marks, hrefOf, onOpen, onClose, walk } = props
  const [scope, setScope] = useState<Scope>('service')
  const [reach, setReach] = useState({ before: 50, after: 50 })
  // What the line before this one was of stays chosen; a line in no stack has no others of its stack.
  const [held, setHeld] = useState<KeptLine | null>(null)
  useEffect(() => setReach({ before: 50, after: 50 }), [position])
  const input = { position, ...reach, ...(held?.position === position ? withinOf(scope, held) : {}) }
  const asked = useQuery({
    queryKey: keys.logAround(input),
    queryFn: ({ signal }) => client.logHistory.around(input, { signal }),
    staleTime: 300_000,
    placeholderData: (before) => (before?.items.some((each) => each.position === position) ? before : undefined),
  })
  const line = asked.data?.items.find((each) => each.position === position)
  useEffect(() => {
    if (line) setHeld(line)
  }, [line?.position])
  return (
    <aside className="line-panel" aria-label="Line">
      <header className="flex items-center gap-2 px-3 py-2 border-b border-line flex-none">
        <h2>Line</h2>
        {line && (
          <span className="meta cut">
            {moment(line.at)}, <Age at={line.at} suffix=" ago" />
          </span>
        )}
        <span className="ml-auto flex">
          <Button
            look="ghost"
            icon={ChevronUp}
            aria-label="Line before"
            title="K"
            onClick={() => walk.current?.step(-1)}
          />
          <Button
            look="ghost"
            icon={ChevronDown}
            aria-label="Next line"
            title="J"
            onClick={() => walk.current?.step(1)}
          />
          <Button look="ghost" icon={X} aria-label="Close" title="Esc" onClick={onClose} />
        </span>
      </header>
      {asked.error && !line && (
        <div className="p-3">
          <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
        </div>
      )}
      {asked.isPending && !line && <Skeleton rows={8} />}
      {line && (
        <>
          <About
            told={asked.data?.told ?? null}
            line={line}
            sources={sources}
            href={hrefOf(position)}
            onlyService={props.onlyService}
          />
          <div className="flex items-center gap-2 px-3 py-2 border-t border-line flex-none">
            <h3>Around it</h3>
            <span className="ml-auto">
              <Segment
                label="Whose lines"
                value={scope}
                onPick={(value) => setScope(value as Scope)}
                options={[
                  { value: 'service', label: 'this service' },
                  ...(line.stack === null ? [] : [{ value: 'stack', label: `stack ${line.stack}` }]),
                  { value: 'target', label: 'its target' },
                ]}
              />
            </span>
          </div>
          <Around
            items={asked.data?.items ?? []}
            position={position}
            isBusy={asked.isFetching}
            isMixed={scope !== 'service'}
            reach={reach}
            onReach={setReach}
            marks={marks}
            hrefOf={hrefOf}
            onOpen={onOpen}
          />
        </>
      )}
    </aside>
  )
}

function About({
  line,
  told,
  sources,
  href,
  onlyService,
}: {
  line: KeptLine
  told: ToldLine | null
  sources: readonly LogSource[]
  href: string
  onlyService: (reference: string) => void
}) {
  const source = sourceOf(line, sources)
  const serviceId = source?.serviceId ?? null
  const text = plainText(line.text)
  return (
    <div className="line-about">
      <p className={`said ${line.level ?? ''}`}>{text === '' ? '(an empty line)' : text}</p>
      <Facts
        rows={[
          [
            'Time',
            <span className="mono" key="at">
              {line.at}
            </span>,
          ],
          [
            'Service',
            serviceId === null ? (
              <span key="service">
                {line.service}, gone{' '}
                <Go className="link" href={paths.keptLog(line.sourceId)}>
                  its lives
                </Go>
              </span>
            ) : (
              <Go key="service" className="link" href={paths.service(serviceId)}>
                {line.service}
              </Go>
            ),
          ],
          line.stack === null ? null : ['Stack', line.stack],
          source?.targetName ? ['Target', source.targetName] : null,
          ['Level', line.level ?? 'not told'],
          ['Output', line.stream],
        ]}
      />
      {told !== null && <ToldFields told={told} />}
      <div className="flex flex-wrap gap-2 pt-3">
        <MarkButton position={line.position} />
        <CopyButton look={undefined} text={`${line.at} ${line.service} ${text}`} label="Copy line" />
        <CopyButton look={undefined} text={new URL(href, window.location.href).href} label="Copy link" />
        <Button onClick={() => onlyService(source ? referenceOf(source, sources) : line.sourceId)}>
          Only this service
        </Button>
        {serviceId !== null && (
          <Go className="btn" href={paths.service(serviceId, 'logs')}>
            Live log
          </Go>
        )}
      </div>
    </div>
  )
}

function Around({
  items,
  position,
  isBusy,
  isMixed,
  reach,
  onReach,
  marks,
  hrefOf,
  onOpen,
}: {
  items: readonly KeptLine[]
  position: string
  isBusy: boolean
  /** Whether they are of more than one service. */
  isMixed: boolean
  reach: { before: number; after: number }
  onReach: (reach: { before: number; after: number }) => void
  marks: RegExp | null
  hrefOf: (position: string) => string
  onOpen: (position: string) => void
}) {
  const box = useRef<HTMLDivElement>(null)
  const place = items.findIndex((each) => each.position === position)
  useEffect(() => {
    const element = box.current
    const row = element?.querySelector<HTMLElement>('.sel')
    if (element && row) element.scrollTop = row.offsetTop - element.clientHeight / 3
  }, [position, items.length])
  const more = (side: 'before' | 'after', has: number) =>
    has < reach[side] ? (
      <p className="meta px-3 py-1">{side === 'before' ? 'Nothing older is kept.' : 'Nothing newer is kept.'}</p>
    ) : reach[side] < most ? (
      <Button
        look="ghost"
        className="mx-1.5"
        busy={isBusy}
        onClick={() => onReach({ ...reach, [side]: Math.min(most, reach[side] * 4) })}
      >
        {side === 'before' ? 'More before' : 'More after'}
      </Button>
    ) : null
  return (
    // oxlint-disable-next-line jsx_a11y/click-events-have-key-events jsx_a11y/no-static-element-interactions -- the times are links
    <div
      ref={box}
      className={`log wrap around ${isMixed ? 'mixed' : ''}`}
      onClick={(event) => {
        const at = (event.target as HTMLElement).closest<HTMLElement>('[data-position]')?.dataset.position
        if (at === undefined || event.metaKey || event.ctrlKey || !(window.getSelection()?.isCollapsed ?? true)) return
        event.preventDefault()
        onOpen(at)
      }}
    >
      {more('before', place)}
      {items.map((line) => (
        <FoundLine
          key={line.position}
          line={line}
          marks={marks}
          href={hrefOf(line.position)}
          isChosen={line.position === position}
        />
      ))}
      {more('after', items.length - place - 1)}
    </div>
  )
}
