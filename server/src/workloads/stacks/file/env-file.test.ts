import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseEnvFile } from './env-file.ts'

const values = (text: string, variables: Record<string, string> = {}) =>
  Object.fromEntries(parseEnvFile(text, variables).values)

describe('an env file', () => {
  it('reads quotes, export, comments, equals and hashes inside values, CRLF and a byte order mark', () => {
    const text = [
      '\uFEFF# first',
      'A=1',
      'export B=two words  # said so',
      "C='single $A # kept'",
      'D="double $A\\n\\"q\\" \\$A" # note',
      'E=a=b#c',
      'F=',
      'G = spaced ',
      'H: yaml style',
      '',
      'URL=postgres://u:p@h:5432/db?x=1#y',
      'EMPTY=# only a comment',
    ].join('\r\n')
    expect(values(text)).toEqual({
      A: '1',
      B: 'two words',
      C: 'single $A # kept',
      D: 'double 1\n"q" $A',
      E: 'a=b#c',
      F: '',
      G: 'spaced',
      H: 'yaml style',
      URL: 'postgres://u:p@h:5432/db?x=1#y',
      // Compose takes a hash for a comment only after a value and a space.
      EMPTY: '# only a comment',
    })
  })

  it('takes values over several lines, in both quotes', () => {
    const key = '-----BEGIN KEY-----\nabc\n-----END KEY-----'
    expect(values(`A="${key}"\nB='x\n# y'\nC=1`)).toEqual({ A: key, B: 'x\n# y', C: '1' })
  })

  it('fills in from the variables first, then from lines before', () => {
    expect(values('A=file\nB=${A}\nC=${NONE:-d}', { A: 'given' })).toEqual({ A: 'file', B: 'given', C: 'd' })
    expect(values('A\nB', { A: 'given' })).toEqual({ A: 'given' })
  })

  it('takes what follows a closing quote for a line of its own', () => {
    expect(values('A="1" B=\'2\' C=3 # c\nD="4" GIVEN\nÉ1=5', { GIVEN: 'g' })).toEqual({
      A: '1',
      B: '2',
      C: '3',
      D: '4',
      GIVEN: 'g',
      É1: '5',
    })
  })

  it('takes raw files as they stand', () => {
    expect(Object.fromEntries(parseEnvFile('A="q" $X # c', {}, true).values)).toEqual({ A: '"q" $X # c' })
  })

  it('tells broken lines by number and never their value', () => {
    const { problems } = parseEnvFile('A=1\nnot a line hunter2\nB="hunter2" more!\nC=\'hunter2', {})
    expect(problems.map((problem) => problem.line)).toEqual([2, 3, 4])
    expect(JSON.stringify(problems)).not.toContain('hunter2')
  })

  it('gives back every value that was put in single quotes', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }).map((text) => text.replace(/['\r\\]/g, '')),
        (text) => {
          expect(values(`A='${text}'\nB=2`)).toEqual({ A: text, B: '2' })
        },
      ),
    )
  })
})
