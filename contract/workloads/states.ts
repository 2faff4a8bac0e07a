export const serviceStates = ['running', 'starting', 'degraded', 'failed', 'paused', 'stopped', 'unknown'] as const
export type ServiceState = (typeof serviceStates)[number]

export const serviceActs = ['start', 'stop', 'restart', 'pause', 'resume', 'kill', 'remove', 'rename', 'exec'] as const
export type ServiceAct = (typeof serviceActs)[number]

/** What each state allows. Authority: moby daemon (start of a running container is refused, pause needs running). */
export const serviceAllows: Record<ServiceState, readonly ServiceAct[]> = {
  running: ['stop', 'restart', 'pause', 'kill', 'remove', 'rename', 'exec'],
  degraded: ['stop', 'restart', 'pause', 'kill', 'remove', 'rename', 'exec'],
  starting: ['stop', 'restart', 'kill', 'remove', 'rename'],
  paused: ['resume', 'stop', 'restart', 'kill', 'remove', 'rename'],
  failed: ['start', 'stop', 'restart', 'remove', 'rename'],
  stopped: ['start', 'restart', 'remove', 'rename'],
  unknown: [],
}

const severity: readonly ServiceState[] = ['failed', 'degraded', 'starting', 'unknown', 'running']

/** A parent shows the worst child; paused and stopped do not count unless there is nothing else. */
export function worstState(states: readonly ServiceState[]): ServiceState {
  return severity.find((state) => states.includes(state)) ?? states[0] ?? 'unknown'
}
