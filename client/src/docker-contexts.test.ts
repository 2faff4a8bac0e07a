import { expect, test } from 'vitest'
import { contextsOf, isContextFile, whyNotTaken } from './docker-contexts.ts'

const meta = (name: string, host: string, more: object = {}): string =>
  JSON.stringify({ Name: name, Metadata: { Description: 'of a test' }, Endpoints: { docker: { Host: host, ...more } } })

test('reads the store of docker context, wherever its folder was chosen', () => {
  for (const above of ['', 'contexts/', 'home/me/.docker/contexts/'])
    expect(
      contextsOf(
        new Map([
          [`${above}meta/d2/meta.json`, meta('two', 'ssh://ops@two')],
          [`${above}meta/d1/meta.json`, meta('one', 'tcp://one:2376')],
          [`${above}tls/d1/docker/ca.pem`, 'CA'],
          [`${above}tls/d1/docker/key.pem`, 'KEY'],
          [`${above}tls/d9/docker/ca.pem`, 'of nobody'],
        ]),
      ),
    ).toEqual([
      {
        name: 'one',
        description: 'of a test',
        host: 'tcp://one:2376',
        skipsVerification: false,
        tls: { ca: 'CA', key: 'KEY' },
      },
      { name: 'two', description: 'of a test', host: 'ssh://ops@two', skipsVerification: false, tls: null },
    ])
})

test('reads what docker context export writes', () => {
  const files = new Map([
    ['meta.json', meta('one', 'tcp://one:2376')],
    ['tls/docker/cert.pem', 'CERT'],
  ])
  expect(contextsOf(files)).toMatchObject([{ name: 'one', tls: { cert: 'CERT' } }])
})

test('leaves out what is no context', () => {
  const odd = ['{', 'null', '[]', '{"Name":1}', '{"Name":"x"}', '{"Name":"x","Endpoints":{"kubernetes":{}}}']
  expect(contextsOf(new Map(odd.map((text, index) => [`meta/${index}/meta.json`, text])))).toEqual([])
  expect(['a/meta.json', 'meta.json', 'x/ca.pem'].map(isContextFile)).toEqual([true, true, true])
  expect(['a/config.json', 'id_rsa', 'xmeta.json', 'other.pem'].map(isContextFile)).toEqual([
    false,
    false,
    false,
    false,
  ])
})

test('says why one is not taken over', () => {
  const place = { here: false, names: new Set(['taken']), addresses: new Set(['tcp://known:1']) }
  const why = (name: string, host: string, more: object = {}, here = false): string | null =>
    whyNotTaken(contextsOf(new Map([['meta.json', meta(name, host, more)]]))[0]!, { ...place, here })
  expect(why('taken', 'tcp://a:1')).toMatch(/of this name/)
  expect(why('a', 'tcp://known:1')).toMatch(/is registered/)
  expect(why('a', 'tcp://a:1', { SkipTLSVerify: true })).toMatch(/any certificate/)
  expect(why('a', 'unix:///run/docker.sock')).toMatch(/on this machine/)
  expect(why('a', 'unix:///run/docker.sock', {}, true)).toBeNull()
  expect(why('a', 'npipe:////./pipe/docker')).toMatch(/not spoken/)
  expect(why('a', 'ssh://ops@a')).toBeNull()
})
