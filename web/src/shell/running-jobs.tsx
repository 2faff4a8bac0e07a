import { ListChecks } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { deployments, isLive } from '../api/deployments.ts'
import { isOver, jobs } from '../api/observation/jobs.ts'
import { useRows } from '../api/row-store.ts'
import { paths } from '../paths.ts'
import { useGo } from '../ui/control/link.tsx'
import { Age } from '../ui/state/age.tsx'
import { Glyph } from '../ui/state/glyph.tsx'
import { Progress } from '../ui/state/meter.tsx'

/** Work that goes on; it can be left and found again here. */
export function RunningJobs() {
  const go = useGo()
  const rows = [...useRows(jobs)].sort((a, b) => b.createdAt.localeCompare(a.createdAt))
  const running = rows.filter((job) => !isOver(job))
  const live = useRows(deployments).filter((each) => isLive(each) && each.state !== 'queued')
  const going = running.length + live.length
  const shown = running.length > 0 ? running : rows.slice(0, 5)
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="tbtn" aria-label={going > 0 ? `${going} jobs running` : 'Jobs'}>
        {going > 0 ? <Glyph state="starting" /> : <ListChecks className="icon" aria-hidden />}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu w-[340px]" align="end" sideOffset={6} collisionPadding={8}>
          {live.length > 0 && <div className="menu-label">Deployments</div>}
          {live.map((each) => (
            <DropdownMenu.Item
              key={each.id}
              className="menu-item py-1.5"
              onSelect={() => go(paths.deployment(each.id))}
            >
              <Glyph
                state={
                  each.state === 'waiting' ? 'paused' : each.state === 'rolling-back' ? 'rolling-back' : 'starting'
                }
                label={each.state}
              />
              <span className="cut grow">
                {each.stack} {each.number} to {each.environment}
              </span>
              <span className="meta">
                <Age at={each.startedAt ?? each.createdAt} />
              </span>
            </DropdownMenu.Item>
          ))}
          <div className="menu-label">{running.length > 0 ? 'Running' : 'Last jobs'}</div>
          {shown.length === 0 && <p className="px-2 pb-2 text-ink-3">No job has run yet. Applying a stack is one.</p>}
          {shown.map((job) => (
            <DropdownMenu.Item
              key={job.id}
              className="menu-item flex-wrap py-1.5"
              onSelect={() => go(paths.job(job.id))}
            >
              <Glyph state={job.state === 'running' ? 'starting' : job.state} label={job.state} />
              <span className="cut grow">{job.title}</span>
              <span className="meta">
                <Age at={job.finishedAt ?? job.startedAt ?? job.createdAt} />
              </span>
              {!isOver(job) && (
                <span className="flex w-full pl-5">
                  <Progress value={job.progress} label={job.title} />
                </span>
              )}
            </DropdownMenu.Item>
          ))}
          <div className="menu-sep" />
          <DropdownMenu.Item className="menu-item" onSelect={() => go(paths.jobs())}>
            All jobs
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
