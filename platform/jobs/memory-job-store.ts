import type { JobRecord, JobStore } from './jobs.ts'

/** Keeps jobs in this process, for tests and for work that may be forgotten at its end. */
export function createMemoryJobStore(): JobStore {
  const jobs = new Map<string, JobRecord>()
  return {
    async save(job) {
      jobs.set(job.id, structuredClone(job))
    },
    async get(id) {
      return structuredClone(jobs.get(id) ?? null)
    },
    async unfinished() {
      const open = [...jobs.values()].filter((job) => job.state === 'queued' || job.state === 'running')
      return structuredClone(open.sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1)))
    },
  }
}
