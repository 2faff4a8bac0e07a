import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { asWritten, expectedFile, listCases, load } from './corpus.ts'

const cases = listCases()

describe('the canonical form of Compose projects', () => {
  it('is tried on forty projects or more', () => {
    expect(cases.length).toBeGreaterThanOrEqual(40)
  })
  it.each(cases)('$name is as Compose itself writes it', async (one) => {
    const { json, problems } = await load(one)
    expect(problems.sorted().filter((problem) => problem.severity === 'error')).toEqual([])
    expect(asWritten(one, json)).toEqual(JSON.parse(readFileSync(expectedFile(one), 'utf8')))
  })
})
