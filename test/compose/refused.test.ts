import { describe, expect, it } from 'vitest'
import { textFiles } from '../../server/src/workloads/stacks/compose/load/files.ts'
import { readComposeModel } from '../../server/src/workloads/stacks/compose/model/compose-model.ts'
import { Problems } from '../../server/src/workloads/stacks/file/problems.ts'
import { refused } from './refused.ts'

describe('what Compose refuses', () => {
  it.each(refused)('is refused with place and words: $says', ({ says, compose, files = {}, variables = {} }) => {
    const problems = new Problems()
    const sources = [{ path: '/case/compose.yaml', text: compose, shownAs: null }]
    const input = { sources, directory: '/case', variables, name: null, files: textFiles(files, '/case') }
    expect(readComposeModel(input, problems).json).toBeNull()
    const told = problems
      .sorted()
      .filter(({ severity }) => severity === 'error')
      .map(({ line, column, message }) => `${line}:${column} ${message}`)
    expect(told.join('\n')).toContain(says)
  })
})
