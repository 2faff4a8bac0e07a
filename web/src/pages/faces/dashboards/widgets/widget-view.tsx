import type { Widget, WidgetContent, WidgetData } from '@wheelhouse/contract'
import type { ReactNode } from 'react'
import { Glyph } from '../../../../ui/state/glyph.tsx'
import { Markdown } from '../markdown/markdown.tsx'
import { Buttons } from './buttons.tsx'
import { titleOf } from './names.ts'
import { Chart, Stat } from './numbers.tsx'
import { CrashRows, RunRows, ServiceRows, TargetRows } from './rows.tsx'
import { AlertRows, EventRows, FleetMap, HealthRows, Lines } from './seen.tsx'

interface Props {
  readonly widget: Widget
  readonly data: WidgetData | undefined
  /** On a wall nobody presses anything. */
  readonly wall?: boolean
}

/** Those whose rows go from edge to edge. */
const flush = new Set<WidgetContent['kind']>([
  'services',
  'targets',
  'deployments',
  'crashes',
  'log',
  'health',
  'events',
  'alerts',
  'topology',
])

/** What a widget shows, or in plain words why it does not. */
export function WidgetBody({ widget, data, wall = false }: Props) {
  if (widget.spec.kind === 'markdown')
    return (
      <div className="widget-body">
        <Markdown text={widget.spec.text} />
      </div>
    )
  if (!data)
    return (
      <div className="widget-body" aria-busy="true">
        <span className="skeleton block w-2/3" />
      </div>
    )
  if (data.content === null)
    return (
      <div className="widget-body">
        <p className="flex items-baseline gap-2 text-ink-3">
          <Glyph state={isHidden(data) ? 'unknown' : 'degraded'} />
          <span className="break-words min-w-0">{data.error?.message ?? 'It shows nothing.'}</span>
        </p>
      </div>
    )
  const { content } = data
  const still = content.kind === 'stat' || content.kind === 'chart' ? 'still' : ''
  return (
    <div className={`widget-body ${flush.has(content.kind) ? 'flush' : ''} ${still}`}>
      {shown(widget, content, wall)}
    </div>
  )
}

const isHidden = ({ error }: WidgetData): boolean =>
  error?.errorCode === 'FORBIDDEN' || error?.errorCode === 'NOT_FOUND'

function shown(widget: Widget, content: WidgetContent, wall: boolean): ReactNode {
  const { spec } = widget
  switch (content.kind) {
    case 'stat':
      return spec.kind === 'stat' ? <Stat spec={spec} content={content} /> : null
    case 'chart':
      return spec.kind === 'chart' ? <Chart spec={spec} content={content} title={titleOf(widget)} /> : null
    case 'services':
      return <ServiceRows {...content} />
    case 'targets':
      return <TargetRows {...content} />
    case 'deployments':
      return <RunRows {...content} />
    case 'crashes':
      return <CrashRows {...content} />
    case 'log':
      return <Lines {...content} />
    case 'health':
      return <HealthRows {...content} />
    case 'events':
      return <EventRows {...content} />
    case 'alerts':
      return <AlertRows {...content} />
    case 'topology':
      return <FleetMap {...content} />
    case 'actions':
      return spec.kind !== 'actions' ? null : wall ? (
        <p className="text-ink-3">Its buttons work on the board itself.</p>
      ) : (
        <Buttons acts={spec.acts} judged={content.acts} />
      )
    default:
      return null
  }
}
