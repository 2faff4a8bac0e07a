import { useQuery } from '@tanstack/react-query'
import type { Service } from '@wheelhouse/contract'
import { ExternalLink } from 'lucide-react'
import { client } from '../../../api/client.ts'
import { events } from '../../../api/fleet.ts'
import { keys } from '../../../api/keys.ts'
import { useRows } from '../../../api/row-store.ts'
import { useUsage, useUsageFeed } from '../../../api/usage.ts'
import { paths } from '../../../paths.ts'
import { CopyButton } from '../../../ui/control/copy.tsx'
import { Go } from '../../../ui/control/link.tsx'
import { bytes, millis, percent, rate } from '../../../ui/format/number.ts'
import { Facts, Panel } from '../../../ui/page/panel.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Tag } from '../../../ui/state/badge.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { Meter } from '../../../ui/state/meter.tsx'
import { Sparkline } from '../../../ui/state/sparkline.tsx'
import { AlertsPanel } from '../../observation/alerts/alerts-panel.tsx'
import { EventLine } from '../../observation/timeline/event-line.tsx'
import { useWiring } from '../containers/use-wiring.ts'
import { wiringFacts } from '../containers/wiring-facts.tsx'
import { distinct, portLink } from '../services/ports.ts'
import { healthGlyph, healthWords } from './health/words.ts'

/** What it is, how it does, what happened last. */
export function SummaryTab({ service }: { service: Service }) {
  useUsageFeed()
  const usage = useUsage(service.id)
  // The last reading of what has ended is none of now.
  const ended = service.state === 'stopped' || service.state === 'failed'
  const sample = ended ? null : (usage.latest ?? service.usage)
  const recent = useRows(events)
    .filter((event) => event.serviceId === service.id)
    .toReversed()
    .slice(0, 6)
  const health = useQuery({
    queryKey: keys.health(service.id),
    queryFn: () => client.health.list({ id: service.id }),
    refetchInterval: 10_000,
  })
  const wiring = useWiring(service)
  // What does not run has no reading, yet its bound stands.
  const bound = sample?.memoryLimitBytes ?? wiring?.memoryBytes ?? null
  const labels = Object.entries(service.labels)
  return (
    <div className="page">
      {service.reason && (
        <div
          className={`note mb-3 ${service.state === 'failed' ? '' : service.state === 'degraded' ? 'warn' : 'calm'}`}
          role="status"
        >
          <Glyph state={service.state} />
          <span>{service.reason}</span>
        </div>
      )}
      <div className="panels even">
        <AlertsPanel of={{ service: service.id }} />
        <Panel title="CPU" span={4} meta="of one core">
          <p className="figure">{sample?.cpuPercent == null ? '–' : percent(sample.cpuPercent)}</p>
          <Sparkline tall values={usage.cpu} max={10} />
        </Panel>
        <Panel title="Memory" span={4} meta={bound ? `of ${bytes(bound)}` : sample || wiring ? 'no limit' : undefined}>
          <p className="figure">{sample?.memoryBytes == null ? '–' : bytes(sample.memoryBytes)}</p>
          <Sparkline tall values={usage.memory} />
          {sample?.memoryLimitBytes && (
            <span className="flex pt-2">
              <Meter value={sample.memoryBytes} of={sample.memoryLimitBytes} label="Memory" />
            </span>
          )}
        </Panel>
        <Panel
          title="Health"
          span={4}
          meta={
            <Go className="link" href={paths.service(service.id, 'health')}>
              Checks
            </Go>
          }
        >
          <p className="flex items-center gap-2 text-lead text-ink pb-2">
            <Glyph state={healthGlyph(service.health)} />
            {healthWords[service.health]}
          </p>
          {health.data?.checks.map((check) => (
            <p key={check.spec.name} className="flex items-center gap-2 border-t border-line py-1">
              <Glyph state={healthGlyph(check.state)} label={check.state} />
              <span className="cut text-ink">{check.spec.name}</span>
              <span className="meta cut">{check.last?.ok === false ? check.last.message : ''}</span>
              <span className="ml-auto num">{check.last ? millis(check.last.tookMs) : '–'}</span>
            </p>
          ))}
        </Panel>
        <Panel title="About" span={7}>
          <Facts
            rows={[
              [
                'Id',
                <span key="id" className="flex items-center gap-1">
                  <span className="mono">{service.id}</span>
                  <CopyButton text={service.id} />
                </span>,
              ],
              ['Kind', `${service.kind}, ${service.nativeState}`],
              service.stack
                ? [
                    'Stack',
                    <Go key="stack" className="link" href={paths.stack(`${service.targetId}:${service.stack}`)}>
                      {service.stack}
                      {service.stackService && service.stackService !== service.name
                        ? ` / ${service.stackService}`
                        : ''}
                    </Go>,
                  ]
                : null,
              service.image
                ? [
                    'Image',
                    <span key="image" className="mono">
                      {service.image}
                    </span>,
                  ]
                : null,
              service.command
                ? [
                    'Command',
                    <span key="command" className="mono">
                      {service.command}
                    </span>,
                  ]
                : null,
              ['Ports', <Ports key="ports" service={service} />],
              ...(wiring ? wiringFacts(wiring, service.targetId) : []),
              ['Started', service.startedAt ? <Age key="age" at={service.startedAt} suffix=" ago" /> : 'not yet'],
              ['Restarts', service.restarts],
              service.pid ? ['Process id', service.pid] : null,
              service.exitCode !== null && service.state !== 'running' ? ['Exit code', service.exitCode] : null,
              sample?.networkInBytesPerS != null
                ? ['Network', `${rate(sample.networkInBytesPerS)} in, ${rate(sample.networkOutBytesPerS ?? 0)} out`]
                : null,
              sample?.pids != null ? ['Processes', sample.pids] : null,
              ['Created', <Age key="created" at={service.createdAt} suffix=" ago" />],
            ]}
          />
        </Panel>
        <Panel
          title="Lately"
          span={5}
          flush
          meta={
            <Go className="link" href={paths.service(service.id, 'events')}>
              All events
            </Go>
          }
        >
          {recent.length === 0 && <p className="px-3 pb-3 text-ink-3">Nothing happened to it lately.</p>}
          {recent.map((event) => (
            <EventLine key={event.id} event={event} />
          ))}
        </Panel>
        {labels.length > 0 && (
          <Panel title="Labels" span={12} meta={labels.length}>
            <div className="flex flex-wrap gap-1.5">
              {labels.map(([key, value]) => (
                <Tag key={key} title={`${key}=${value}`}>
                  <span className="text-ink-3">{key}=</span>
                  {value}
                </Tag>
              ))}
            </div>
          </Panel>
        )}
      </div>
    </div>
  )
}

function Ports({ service }: { service: Service }) {
  if (service.ports.length === 0) return <>none</>
  return (
    <span className="flex flex-wrap gap-x-3">
      {distinct(service.ports).map((port) => {
        const link = portLink(port, window.location.hostname)
        const text = `${port.hostPort === null ? '' : `${port.host && port.host !== '0.0.0.0' && port.host !== '::' ? `${port.host}:` : ''}${port.hostPort} → `}${port.port}/${port.protocol}`
        return link ? (
          <a
            key={text}
            className="link mono inline-flex items-center gap-1"
            href={link}
            target="_blank"
            rel="noreferrer"
          >
            {text}
            <ExternalLink className="size-3" aria-hidden />
          </a>
        ) : (
          <span key={text} className="mono">
            {text}
          </span>
        )
      })}
    </span>
  )
}
