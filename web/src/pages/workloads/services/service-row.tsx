import type { Service } from '@wheelhouse/contract'
import { memo } from 'react'
import { ActMenu } from '../../../acts/act-menu.tsx'
import { useUsage } from '../../../api/observation/usage.ts'
import { paths } from '../../../paths.ts'
import { Go } from '../../../ui/control/link.tsx'
import { bytes, percent } from '../../../ui/format/number.ts'
import { Age } from '../../../ui/state/age.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { Meter } from '../../../ui/state/meter.tsx'
import { Sparkline } from '../../../ui/state/sparkline.tsx'
import { portText } from './ports.ts'

export const serviceColumns =
  '14px minmax(190px, 2fr) minmax(80px, 0.9fr) minmax(84px, 0.8fr) minmax(106px, 1.2fr) minmax(104px, 1fr) 58px 120px 136px 62px 28px'
export const narrowColumns = '14px minmax(160px, 2fr) minmax(80px, 1fr) minmax(70px, 0.8fr) 132px 148px 62px 28px'

interface Props {
  readonly service: Service
  readonly selected: boolean
  readonly current: boolean
  readonly card: boolean
  readonly onSelect: (id: string, range: boolean) => void
  readonly index: number
}

/** One service. Evidence takes the place of readings that mean nothing. */
export const ServiceRow = memo(function ServiceRow(props: Props) {
  return props.card ? <CardRow {...props} /> : <WideRow {...props} />
})

function StateWord({ service }: { service: Service }) {
  if (service.stale) return <span className="meta">unknown</span>
  return service.state === 'running' ? null : <span className={`text-meta t-${service.state}`}>{service.state}</span>
}

const glyphOf = (service: Service) => (service.stale ? 'unknown' : service.state)

const ends = ({ state }: Service): boolean => state === 'stopped' || state === 'failed'

function Evidence({ service }: { service: Service }) {
  return (
    <span
      className={`cut text-meta ${service.state === 'failed' ? 't-failed' : service.state === 'degraded' ? 't-degraded' : 'text-ink-3'}`}
      title={service.reason ?? undefined}
    >
      {service.reason}
    </span>
  )
}

function WideRow({ service, selected, current, onSelect, index }: Props) {
  const usage = useUsage(service.id)
  // The last reading of what has ended is none of now.
  const sample = ends(service) ? null : (usage.latest ?? service.usage)
  const evidence = service.reason !== null && service.state !== 'running'
  const hot = sample?.cpuPercent != null && sample.cpuPercent > 90
  return (
    <div
      role="row"
      aria-rowindex={index + 1}
      aria-selected={selected}
      className={`tr ${selected ? 'sel' : ''} ${current ? 'cur' : ''} ${service.stale ? 'stale' : ''}`}
      style={{ height: 'var(--row)' }}
    >
      <span role="gridcell" className="keep flex">
        <input
          type="checkbox"
          className="check"
          aria-label={`Select ${service.name}`}
          checked={selected}
          onChange={() => undefined}
          onClick={(event) => onSelect(service.id, event.shiftKey)}
        />
      </span>
      <span role="gridcell" className="keep flex items-center gap-2">
        <Glyph state={glyphOf(service)} label={service.stale ? 'unknown' : service.state} />
        <Go href={paths.service(service.id)} className="name cut" title={service.name}>
          {service.name}
        </Go>
        <StateWord service={service} />
      </span>
      <span role="gridcell" className="cut hide-narrow text-ink-3">
        {service.stack}
      </span>
      <span role="gridcell" className="cut">
        {service.targetName}
      </span>
      <span
        role="gridcell"
        className="cut mono hide-narrow text-ink-3"
        title={service.image ?? service.command ?? undefined}
      >
        {service.image ?? service.command}
      </span>
      <span role="gridcell" className="cut mono" title={portText(service.ports)}>
        {portText(service.ports)}
      </span>
      <span role="gridcell" className={`num hide-narrow ${service.restarts > 0 ? '' : 'text-ink-3'}`}>
        {service.restarts}
      </span>
      {evidence ? (
        <span role="gridcell" style={{ gridColumn: 'span 2' }} className="flex">
          <Evidence service={service} />
        </span>
      ) : (
        <>
          <span role="gridcell" className="flex items-center gap-2">
            <span className="w-[66px] flex-none">
              {sample && usage.cpu.length > 1 && (
                <Sparkline values={usage.cpu} max={20} tone={hot ? 'warn' : undefined} />
              )}
            </span>
            <span className="num grow">{sample?.cpuPercent == null ? '–' : percent(sample.cpuPercent)}</span>
          </span>
          <span role="gridcell" className="flex items-center gap-2">
            <Meter value={sample?.memoryBytes ?? null} of={sample?.memoryLimitBytes ?? null} label="Memory" />
            <span className="num w-[66px] flex-none">
              {sample?.memoryBytes == null ? '–' : bytes(sample.memoryBytes)}
            </span>
          </span>
        </>
      )}
      <span role="gridcell" className="num text-ink-3">
        <Age at={service.stale ? service.observedAt : service.changedAt} suffix={service.stale ? ' old' : ''} />
      </span>
      <span role="gridcell" className="keep">
        <ActMenu service={service} />
      </span>
    </div>
  )
}

function CardRow({ service, selected, current, onSelect, index }: Props) {
  const usage = useUsage(service.id)
  // The last reading of what has ended is none of now.
  const sample = ends(service) ? null : (usage.latest ?? service.usage)
  const ports = portText(service.ports)
  return (
    <div
      role="row"
      aria-rowindex={index + 1}
      aria-selected={selected}
      className={`tr card h-full ${selected ? 'sel' : ''} ${current ? 'cur' : ''} ${service.stale ? 'stale' : ''}`}
    >
      <div role="gridcell" className="keep flex items-center gap-3">
        <input
          type="checkbox"
          className="check"
          aria-label={`Select ${service.name}`}
          checked={selected}
          onChange={() => undefined}
          onClick={(event) => onSelect(service.id, event.shiftKey)}
        />
        <Glyph state={glyphOf(service)} label={service.state} />
        <Go href={paths.service(service.id)} className="name cut text-lead">
          {service.name}
        </Go>
        <StateWord service={service} />
        <span className="ml-auto -my-2 -mr-2">
          <ActMenu service={service} />
        </span>
      </div>
      <div role="gridcell" className="meta flex gap-3 pl-[54px]">
        <span className="cut flex-none max-w-[40%]">{service.targetName}</span>
        {service.reason && service.state !== 'running' ? (
          <Evidence service={service} />
        ) : (
          <>
            {ports !== '' && <span className="cut mono">{ports}</span>}
            {sample?.cpuPercent != null && <span>{percent(sample.cpuPercent)}</span>}
            {sample?.memoryBytes != null && <span className="whitespace-nowrap">{bytes(sample.memoryBytes)}</span>}
          </>
        )}
        <span className="ml-auto">
          <Age at={service.stale ? service.observedAt : service.changedAt} suffix={service.stale ? ' old' : ''} />
        </span>
      </div>
    </div>
  )
}
