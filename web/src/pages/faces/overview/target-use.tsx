import { useQuery } from '@tanstack/react-query'
import type { Target } from '@wheelhouse/contract'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { paths } from '../../../paths.ts'
import { Go } from '../../../ui/control/link.tsx'
import { bytes, percent } from '../../../ui/format/number.ts'
import { Panel } from '../../../ui/page/panel.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Meter } from '../../../ui/state/meter.tsx'
import { Sparkline } from '../../../ui/state/sparkline.tsx'

/** CPU and memory of each target, with its last hour as a line. */
export function TargetUse({ targets }: { targets: readonly Target[] }) {
  return (
    <>
      {targets.slice(0, 12).map((target) => (
        <Use key={target.id} target={target} span={targets.length === 1 ? 12 : targets.length % 3 === 0 ? 4 : 6} />
      ))}
    </>
  )
}

function Use({ target, span }: { target: Target; span: number }) {
  const history = useQuery({
    queryKey: keys.targetMetrics(target.id, 3_600_000),
    queryFn: () => client.metrics.target({ id: target.id, rangeMs: 3_600_000 }),
    refetchInterval: 15_000,
    enabled: target.state === 'connected',
  })
  const samples = history.data?.samples ?? []
  const use = target.usage
  const memory =
    use?.memoryBytes != null && use.memoryTotalBytes ? (use.memoryBytes / use.memoryTotalBytes) * 100 : null
  return (
    <Panel
      title={target.name}
      span={span}
      meta={
        target.stale && target.observedAt ? (
          <>
            <Age at={target.observedAt} /> old
          </>
        ) : target.engine ? (
          `${target.engine.cpus} ${target.engine.cpus === 1 ? 'core' : 'cores'}, ${bytes(target.engine.memoryBytes)}`
        ) : (
          target.state
        )
      }
      actions={
        <Go className="link text-meta" href={paths.target(target.id)}>
          Open
        </Go>
      }
    >
      <div className="grid grid-cols-2 gap-5">
        <div>
          <p className="figure">
            {use?.cpuPercent == null ? '–' : percent(use.cpuPercent)}
            <small>CPU</small>
          </p>
          <Sparkline tall values={samples.map((sample) => sample.cpuPercent)} max={20} />
        </div>
        <div>
          <p className="figure">
            {memory === null ? '–' : percent(memory)}
            <small>
              memory{use?.memoryBytes != null && <span className="hide-phone">, {bytes(use.memoryBytes)}</span>}
            </small>
          </p>
          <Sparkline
            tall
            values={samples.map((sample) => sample.memoryBytes)}
            {...(use?.memoryTotalBytes ? { max: use.memoryTotalBytes } : {})}
          />
        </div>
      </div>
      {use?.diskBytes != null && use.diskTotalBytes != null && (
        <p className="meta flex items-center gap-3 pt-2">
          Disk <Meter value={use.diskBytes} of={use.diskTotalBytes} label="Disk" /> {bytes(use.diskBytes)} of{' '}
          {bytes(use.diskTotalBytes)}
        </p>
      )}
    </Panel>
  )
}
