import { Failure } from '@wheelhouse/contract'

/** Somebody cancelled the run. */
export class Cancelled extends Error {
  readonly by: string
  constructor(by: string) {
    super(`${by} cancelled it`)
    this.name = 'Cancelled'
    this.by = by
  }
}

/** The control plane ends: the run is left as it is and goes on with the next start. */
export class Ended extends Error {
  constructor() {
    super('the control plane is stopping')
    this.name = 'Ended'
  }
}

/** An approver refused. */
export class Refused extends Error {
  constructor(by: string, reason: string | null) {
    super(`${by} refused it${reason ? `: ${reason}` : ''}`)
    this.name = 'Refused'
  }
}

export class StageTimedOut extends Failure {
  constructor(stage: string, timeoutMs: number) {
    super(
      'TIMED_OUT',
      `${stage} did not finish within ${Math.round(timeoutMs / 1000)} s. Give it longer with pipeline.timeouts.${stage}, or see why it hangs.`,
    )
  }
}

/** A check that decided: it comes with what it said last, and with the services whose logs tell more. */
export class CheckFailed extends Failure {
  readonly check: string
  readonly output: string
  readonly services: readonly { readonly name: string; readonly serviceId: string }[]

  constructor(
    message: string,
    check: string,
    output: string,
    services: readonly { readonly name: string; readonly serviceId: string }[] = [],
  ) {
    super('STATE_CONFLICT', message)
    this.check = check
    this.output = output
    this.services = services
  }
}
