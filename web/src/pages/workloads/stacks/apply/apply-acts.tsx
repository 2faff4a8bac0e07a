import { isOver } from '../../../../api/observation/jobs.ts'
import { paths } from '../../../../paths.ts'
import { changesOf } from '../../../../ui/code/plan-view.tsx'
import { Button } from '../../../../ui/control/button.tsx'
import { Go } from '../../../../ui/control/link.tsx'
import { plural } from '../../../../ui/format/number.ts'
import type { Applying, StackPlan } from './use-apply.ts'

interface Props {
  readonly applying: Applying
  readonly adopts: boolean
  /** Where the stack is once it is applied. */
  readonly stackId: string | null
  readonly isEmpty: boolean
  /** Errors in the file. */
  readonly wrong: number
}

function applyWords(plan: StackPlan, adopts: boolean): string {
  const changes = changesOf(plan)
  if (changes === 0) return adopts ? 'Adopt, nothing restarts' : 'Apply, nothing changes'
  return `${adopts ? 'Adopt with' : 'Apply'} ${plural(changes, 'change')}`
}

/** The one next step: a plan, then to apply it, then the stack. */
export function ApplyActs({ applying, adopts, stackId, isEmpty, wrong }: Props) {
  const { plan, job } = applying
  if (job) {
    const isDone = job.state === 'succeeded'
    if (!isOver(job)) return null
    return (
      <div className="flex flex-wrap gap-2">
        {isDone && stackId && (
          <Go className="btn btn-primary" href={paths.stack(stackId)}>
            Open stack
          </Go>
        )}
        {/* What was adopted is from then on changed, not adopted again. */}
        {!(adopts && isDone) && (
          <Button onClick={applying.leave}>{isDone ? 'Change it again' : 'Back to the file'}</Button>
        )}
      </div>
    )
  }
  return (
    <div className="flex flex-wrap gap-2">
      {plan ? (
        <>
          <Button look="primary" busy={applying.isApplying} onClick={applying.apply}>
            {applyWords(plan, adopts)}
          </Button>
          <Button look="ghost" onClick={applying.leave}>
            Back to the file
          </Button>
        </>
      ) : (
        <Button look="primary" busy={applying.isPlanning} disabled={isEmpty} onClick={applying.showPlan}>
          Show plan
        </Button>
      )}
      {wrong > 0 && !plan && <span className="err self-center">{plural(wrong, 'error')} in the file</span>}
    </div>
  )
}
