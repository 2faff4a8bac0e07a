import { describe } from 'vitest'
import { createLog } from '../log/index.ts'
import { jobsConformance } from './conformance.ts'
import { createMemoryJobs } from './index.ts'

const log = createLog({ level: 'silent', pretty: false })

describe('memory jobs', () => {
  jobsConformance(async (store) => createMemoryJobs({ log, store }))
})
