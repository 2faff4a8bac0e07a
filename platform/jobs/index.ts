export type {
  EnqueueOptions,
  JobContext,
  JobHandler,
  JobPolicy,
  JobRecord,
  Jobs,
  JobState,
  JobStepRecord,
  JobStore,
} from './jobs.ts'
export { openBullJobs } from './open-bull-jobs.ts'
export { createMemoryJobs } from './memory-jobs.ts'
export { createMemoryJobStore } from './memory-job-store.ts'
export { JobFailed, JobKindUnknown } from './job-error.ts'
