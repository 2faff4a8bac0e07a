import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { Rollout, Service } from '@wheelhouse/contract'
import { client } from '../../../../api/client.ts'
import { keys } from '../../../../api/keys.ts'
import { useMay } from '../../../../api/may.ts'
import { paths } from '../../../../paths.ts'
import { Go } from '../../../../ui/control/link.tsx'
import { moment } from '../../../../ui/format/age.ts'
import { percent, plural } from '../../../../ui/format/number.ts'
import { span } from '../../../../ui/format/span.ts'
import { Facts, Panel } from '../../../../ui/page/panel.tsx'

const afterFailure = {
  pause: 'it pauses',
  continue: 'it goes on',
  rollback: 'it goes back by itself',
} as const

/** Seconds without a fraction that says nothing. */
const whole = (ms: number): string => span(ms).replace('.0 s', ' s')

/** By which rules tasks are replaced. Who may not change the service sees what the rollout itself tells. */
export function RulesPanel({ service, rollout }: { service: Service; rollout: Rollout }) {
  const may = useMay()
  const manages = may('containers.manage', { targetId: service.targetId, serviceId: service.id })
  const asked = useQuery({
    // With each change there is another.
    queryKey: [...keys.swarmServiceDraft(service.id), rollout.startedAt],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => client.swarmServices.draft({ id: service.id }, { signal }),
    enabled: manages && !service.stale,
    retry: false,
    // It holds the form, which may hold what is secret to others: it is not kept.
    gcTime: 0,
  })
  const policy = asked.data?.draft.update
  const mode = asked.data?.draft.mode
  return (
    <Panel
      title="Rules of a rollout"
      span={4}
      actions={
        manages &&
        !service.stale && (
          <Go className="btn" href={paths.editSwarmService(service.id)}>
            Change…
          </Go>
        )
      }
    >
      <Facts
        rows={[
          mode ? ['Mode', mode.kind] : null,
          ['At once', rollout.parallelism === 0 ? 'all tasks' : plural(rollout.parallelism, 'task')],
          ['Between', rollout.delayMs === 0 ? 'no pause' : whole(rollout.delayMs)],
          asked.data ? ['Order', policy?.order === 'start-first' ? 'new before old' : 'old ends, then new'] : null,
          asked.data ? ['Watch each', whole(policy?.monitorMs ?? 5000)] : null,
          asked.data
            ? [
                'Bears failures',
                policy?.maxFailureRatio ? `of ${percent(policy.maxFailureRatio * 100)} of its tasks` : 'none',
              ]
            : null,
          asked.data ? ['Then', afterFailure[policy?.onFailure ?? 'pause']] : null,
          rollout.startedAt === null ? null : ['Began', moment(rollout.startedAt)],
          rollout.deadline === null ? null : ['Our deadline', moment(rollout.deadline)],
        ]}
      />
    </Panel>
  )
}
