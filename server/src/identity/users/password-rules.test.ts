import { describe, expect, it } from 'vitest'
import { commonPasswords } from './common-passwords.ts'
import { weakness } from './password-rules.ts'

const refused = [
  'short',
  'elevenchars',
  '🔑🔑🔑🔑🔑🔑',
  'passwordpassword',
  'Password1234',
  'P@ssw0rd1234',
  'Welcome2026!',
  'letmein-2026',
  'aaaaaaaaaaaaaaa',
  'abcabcabcabcabc',
  '123456789012',
  'qwertyuiop12',
  'abcdefghijkl',
  'poiuytrewq99',
  'ababababcdcd',
  'i-am-mara-really',
  'MARA-and-nobody',
  'iloveyou1234',
  '1q1q1q1q1q1q',
  'administrator1',
  'wheelhouse123',
  'Summer-20262',
]
const taken = [
  'violet kettle 7 harbour',
  'correct-otter-bakes',
  'Tr0ub4dor&3-forever',
  'x7#kQ9!mzR2v',
  'sommerregen im garten',
  '日本語のパスワード十二字以上',
  'test-password-for-a-lab',
  'fünf grüne Äpfel im Korb',
]

describe('weakness', () => {
  it.each(refused)('refuses %s and says what to do', (password) => {
    expect(weakness(password, 'mara')).toMatch(/^[A-Z].*\.$/)
  })
  it.each(taken)('takes %s', (password) => {
    expect(weakness(password, 'mara')).toBeNull()
  })
  it('knows a few hundred common words', () => {
    expect(commonPasswords.size).toBeGreaterThan(400)
  })
  it('is quick for the longest password', () => {
    for (const piece of ['password', 'abcd1', 'x7#kQ9!mzR2v']) weakness(piece.repeat(200).slice(0, 200), 'mara')
  })
})
