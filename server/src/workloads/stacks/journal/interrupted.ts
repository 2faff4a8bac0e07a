import type { JobContext } from '@wheelhouse/platform/jobs'

/** The program ends: whoever starts next goes on. */
export const isInterrupted = ({ signal }: Pick<JobContext, 'signal'>): boolean =>
  (signal.reason as { code?: string } | undefined)?.code === 'INTERRUPTED'
