import { setTimeout as sleep } from 'node:timers/promises'
import { tellChannels } from '../stages/notify.ts'
import { Refused } from './interruptions.ts'
import type { Run } from './run.ts'

export interface ApprovalAsked {
  readonly role: 'admin' | 'developer'
  /** Not the one who started the run. */
  readonly another: boolean
}

/** Between two looks for an answer that another instance took. */
const lookMs = 1_000

/** Waits until somebody approves the stage. What was decided is in the record, so that a restart waits on, and any instance may take it. */
export async function awaitApproval(run: Run, stage: string, asked: ApprovalAsked): Promise<void> {
  const decided = run.deployment.approval
  if (!(decided?.stage === stage)) {
    // In one writing: an answer may come as soon as the question can be seen, and a second writing would lose it.
    await run.change(
      {
        state: 'waiting',
        // In one with the question: a record kept after it could lose an answer that came at once.
        stages: run.deployment.stages.map((one) =>
          one.name === stage
            ? { ...one, state: 'approval', message: `waits for approval by the role ${asked.role}` }
            : one,
        ),
        approval: {
          stage,
          role: asked.role,
          requestedAt: new Date().toISOString(),
          decidedAt: null,
          decidedBy: null,
          approved: null,
          reason: null,
        },
      },
      true,
    )
    run.log(`Waits for approval by the role ${asked.role}.`)
    const { deployment } = run
    run.room.announce({
      type: 'deployment.waiting',
      severity: 'warning',
      message: `${deployment.stack} (${deployment.environment}) waits for approval before ${stage}.`,
      actor: deployment.requestedBy,
      stack: deployment.stack,
      targetId: deployment.targets[0]?.id ?? null,
      data: { deploymentId: deployment.id, stage, role: asked.role, environment: deployment.environment },
    })
    // Whoever is to approve hears of it; that a channel is missing is no reason to stop.
    await tellChannels(run, 'waiting').catch((error: unknown) =>
      run.log(`Nobody was told: ${error instanceof Error ? error.message : String(error)}`),
    )
  }
  for (;;) {
    const approval = (await run.room.store.get(run.deployment.id))?.approval
    if (approval?.stage === stage && approval.approved !== null) {
      await run.change({ approval })
      if (!approval.approved) throw new Refused(approval.decidedBy ?? 'somebody', approval.reason)
      run.log(`${approval.decidedBy} approved it${approval.reason ? `: ${approval.reason}` : ''}.`)
      return
    }
    await sleep(lookMs, undefined, { signal: run.stopped.signal }).catch(() => {
      throw run.stopped.signal.reason
    })
  }
}
