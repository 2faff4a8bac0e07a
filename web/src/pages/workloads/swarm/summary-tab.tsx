import type { Swarm } from '@wheelhouse/contract'
import { useState } from 'react'
import { useMay } from '../../../api/may.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { Go } from '../../../ui/control/link.tsx'
import { duration, moment } from '../../../ui/format/age.ts'
import { bytes, plural } from '../../../ui/format/number.ts'
import { Facts, Panel } from '../../../ui/page/panel.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { Meter } from '../../../ui/state/meter.tsx'
import { EventList } from '../../observation/timeline/event-list.tsx'
import { useTasks } from './ask.ts'
import { KeysPanel } from './keys-panel.tsx'
import { SettingsDialog } from './settings-dialog.tsx'
import { TaskTable } from './tasks/task-table.tsx'
import { cores, swarmGlyph, taskCounts } from './words.ts'

function quorumSentence(swarm: Swarm): string {
  const { managers, reachableManagers: reached, tolerates } = swarm
  if (!swarm.quorum)
    return 'Nothing can change until more managers are back. What runs goes on running. Start the lost managers; if they are gone for good, begin anew on one of them.'
  const all =
    reached === managers
      ? managers === 1
        ? 'It decides alone.'
        : 'All of them agree.'
      : `${managers - reached} cannot be reached.`
  const loss =
    tolerates === 0
      ? 'None may be lost: without one more, nothing could change.'
      : `${tolerates === 1 ? 'One' : tolerates} may be lost, and the rest still decide.`
  return `${all} ${loss}`
}

const unhappy = 'pending,failed,rejected,orphaned'

/** Who decides, what room is left, what needs somebody, and how it is set. */
export function SummaryTab({ swarm }: { swarm: Swarm }) {
  const may = useMay()
  const [setting, setSetting] = useState(false)
  const needy = useTasks({ swarm: swarm.targetId, state: unhappy })
  const { capacity, settings } = swarm
  const manages = may('swarm.manage', { targetId: swarm.targetId })
  return (
    <div className="page">
      {swarm.advice.map((each) => (
        <div key={each} className="note warn mb-3" role="status">
          <Glyph state="degraded" label="advice" />
          <span>{each}</span>
        </div>
      ))}
      <div className="panels even">
        <Panel title="Managers" span={4} meta={<Glyph state={swarmGlyph(swarm)} label={swarmGlyph(swarm)} />}>
          <p className="figure">
            {swarm.reachableManagers} <small>of {swarm.managers} reached</small>
          </p>
          <p>{quorumSentence(swarm)}</p>
        </Panel>
        <Panel title="Reserved on active nodes" span={4}>
          <div className="flex flex-col gap-2">
            <Reserved
              label="CPU"
              text={`${Math.round(capacity.reservedCpus * 100) / 100} of ${cores(capacity.cpus)}`}
              value={capacity.reservedCpus}
              of={capacity.cpus}
            />
            <Reserved
              label="Memory"
              text={`${bytes(capacity.reservedMemoryBytes)} of ${bytes(capacity.memoryBytes)}`}
              value={capacity.reservedMemoryBytes}
              of={capacity.memoryBytes}
            />
            <p className="meta">
              Left for services that reserve: {cores(Math.max(0, capacity.cpus - capacity.reservedCpus))},{' '}
              {bytes(Math.max(0, capacity.memoryBytes - capacity.reservedMemoryBytes))}.
            </p>
          </div>
        </Panel>
        <Panel title="Tasks" span={4}>
          <p className="figure">
            {swarm.tasks.running ?? 0} <small>running, of {plural(swarm.services, 'service')}</small>
          </p>
          <p>{taskCounts(swarm.tasks)}</p>
          <p>
            <Go className="link" href={paths.swarm(swarm.targetId, 'tasks')}>
              All tasks
            </Go>
          </p>
        </Panel>
        {needy.data && needy.data.length > 0 && (
          <Panel title="Tasks that need you" meta={String(needy.data.length)} flush>
            <TaskTable label="Tasks that need you" tasks={needy.data.slice(0, 20)} />
          </Panel>
        )}
        {manages && <KeysPanel swarm={swarm} />}
        <Panel
          title="Settings"
          span={manages ? 5 : 12}
          actions={manages && <Button onClick={() => setSetting(true)}>Change…</Button>}
        >
          <Facts
            rows={[
              ['Begun', moment(swarm.createdAt)],
              [
                'Cluster',
                <span key="cluster" className="mono break-all">
                  {swarm.clusterId}
                </span>,
              ],
              ['Ended tasks kept', `${settings.taskHistory} for each place`],
              ['Heartbeat', duration(settings.heartbeatMs)],
              ['Snapshot after', plural(settings.snapshotInterval, 'change')],
              ['Certificates last', duration(settings.certificateExpiryMs)],
              ['Managers that restart', settings.autolock ? 'wait for the unlock key' : 'come back by themselves'],
            ]}
          />
        </Panel>
        <Panel title="Events" flush>
          <EventList
            filter={{ target: swarm.targetId }}
            keep={(event) => event.targetId === swarm.targetId}
            empty="Nothing has happened here since Wheelhouse watches."
          />
        </Panel>
      </div>
      {setting && <SettingsDialog swarm={swarm} onClose={() => setSetting(false)} />}
    </div>
  )
}

function Reserved({ label, text, value, of }: { label: string; text: string; value: number; of: number }) {
  return (
    <div>
      <div className="flex justify-between gap-2">
        <span className="text-ink-3">{label}</span>
        <span className="num text-ink">{text}</span>
      </div>
      <div className="flex pt-1">
        <Meter value={value} of={of} label={`${label} reserved`} />
      </div>
    </div>
  )
}
