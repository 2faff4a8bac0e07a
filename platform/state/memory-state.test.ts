import { describe } from 'vitest'
import { stateConformance } from './conformance.ts'
import { createMemoryState } from './index.ts'

describe('memory state', () => {
  stateConformance(async () => createMemoryState())
})
