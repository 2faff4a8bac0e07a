import { expect, test } from 'vitest'
import { engineFacts } from './info-words.ts'

test('an engine is told in facts, and what it does not tell is left out', () => {
  const facts = engineFacts(
    { Version: '26.1.5', ApiVersion: '1.45', MinAPIVersion: '1.24' },
    {
      Driver: 'overlay2',
      Runtimes: { runc: {}, 'io.containerd.runc.v2': {} },
      SecurityOptions: ['name=seccomp'],
      LiveRestoreEnabled: false,
      Plugins: { Volume: ['local'], Network: null },
      HttpProxy: '',
      Images: 0,
    },
  )
  expect(Object.fromEntries(facts)).toEqual({
    Version: '26.1.5',
    'API version': '1.45, oldest 1.24',
    Storage: 'overlay2',
    Runtimes: 'runc',
    Security: 'name=seccomp',
    'Live restore': 'no',
    'Volume plugins': 'local',
    Images: '0',
  })
  expect(engineFacts({}, {})).toEqual([])
})
