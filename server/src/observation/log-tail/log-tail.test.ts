import type { ChannelParams, TailFrame } from '@wheelhouse/contract'
import type { Client } from '@wheelhouse/client'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'

const patience = { timeout: 60_000, interval: 100 }
const waits = 'while true; do sleep 1; done'
const said = (frames: readonly TailFrame[]): string[] =>
  frames.flatMap((frame) =>
    frame.kind === 'line' && frame.stream !== 'system' ? [`${frame.service}: ${frame.text}`] : [],
  )

describe.each([{ kept: 'true' }, { kept: 'false' }])(
  'the tail of many services, kept: $kept',
  { timeout: 120_000 },
  ({ kept }) => {
    let house: TestHouse
    const stops: (() => void)[] = []
    beforeAll(async () => {
      house = await openTestHouse({ env: { WHEELHOUSE_LOG_HISTORY: kept } })
    }, 120_000)
    afterAll(async () => {
      for (const stop of stops) stop()
      await house.close()
    }, 60_000)

    const apply = async (name: string, services: Record<string, string>): Promise<void> => {
      const commands = Object.entries(services).map(
        ([service, script]) => `  ${service}:\n    command: ${JSON.stringify(['sh', '-c', script])}`,
      )
      const source = [`name: ${name}`, 'services:', ...commands].join('\n')
      const { id } = await house.admin.stacks.apply({ source, target: 'local', directory: house.data })
      await vi.waitFor(async () => expect((await house.admin.jobs.get({ id })).finishedAt).not.toBeNull(), patience)
    }
    const tail = (params: ChannelParams<'tail'>, client: Client = house.admin) => {
      const frames: TailFrame[] = []
      const ends: { reason: string; code: string | null }[] = []
      const live = house.live(client)
      stops.push(() => live.close())
      let isReady = false
      live.subscribe('tail', params, {
        onEvents: (events) => frames.push(...events),
        onReady: () => (isReady = true),
        onEnd: (reason, code) => ends.push({ reason, code }),
      })
      return { frames, ends, ready: () => vi.waitFor(() => expect(isReady).toBe(true), patience) }
    }
    const isSubsequence = (wanted: readonly string[], all: readonly string[]): boolean => {
      let at = 0
      for (const one of all) if (one === wanted[at]) at++
      return at === wanted.length
    }

    test('the last lines come first, then what is said, each with its service, in the order of time', async () => {
      const script = (first: number) =>
        `i=0; sleep 0.${first}; while [ $$i -lt 8 ]; do i=$$((i+1)); echo "INFO turn $$i"; sleep 0.6; done; ${waits}`
      await apply('pair', { web: script(1), api: script(4) })
      const { frames } = tail({ stack: 'pair' })
      const turns = (): string[] => said(frames)
      await vi.waitFor(() => expect(turns()).toHaveLength(16), patience)
      const names = [...new Set(turns().map((line) => line.split(':')[0]))]
      expect(new Set(names)).toEqual(new Set(['pair-api', 'pair-web']))
      for (const name of names)
        expect(
          isSubsequence(
            Array.from({ length: 8 }, (_, index) => `${name}: INFO turn ${index + 1}`),
            turns(),
          ),
        ).toBe(true)
      const positions = frames.flatMap((frame) => (frame.kind === 'line' ? [frame.position] : []))
      if (kept === 'true') {
        expect(new Set(positions).size).toBe(positions.length)
        const at = frames.flatMap((frame) => (frame.kind === 'line' && frame.position ? [frame.position] : []))[3]!
        expect((await house.admin.logHistory.around({ position: at, before: 0, after: 0 })).items).toHaveLength(1)
      } else expect(positions.every((position) => position === null)).toBe(true)
    })

    test('what is wanted is chosen by level, words and fields; the trace of an error comes with it', async () => {
      const line = (status: number, path: string): string =>
        `echo '10.0.0.1 - - [20/Nov/2026:10:00:00 +0000] "GET ${path} HTTP/1.1" ${status} 1 "-" "-"'`
      const errors = tail({ stack: 'chosen', level: 'error' })
      await errors.ready()
      await apply('chosen', {
        web: [line(200, '/api/a'), line(503, '/api/b'), line(500, '/other'), waits].join('; '),
        api: `echo 'INFO fine'; printf 'ERROR broke\\n    at main (a.js:1:1)\\nINFO next payment\\n'; ${waits}`,
      })
      const fields = tail({ service: 'chosen/web', where: 'status>=500,path~/API' })
      const words = tail({ stack: 'chosen', q: 'payment' })
      await vi.waitFor(() => expect(said(errors.frames)).toHaveLength(4), patience)
      expect(said(errors.frames).filter((text) => text.startsWith('chosen-api'))).toEqual([
        'chosen-api: ERROR broke',
        'chosen-api:     at main (a.js:1:1)',
      ])
      await vi.waitFor(() => expect(said(fields.frames).join()).toMatch(/^[^,]*\/api\/b HTTP[^,]*$/), patience)
      await vi.waitFor(() => expect(said(words.frames)).toEqual(['chosen-api: INFO next payment']), patience)
    })

    test('a service that comes later is followed too, and what cannot be asked is said', async () => {
      const later = tail({ stack: 'later' })
      await later.ready()
      await apply('later', { web: `echo 'here I am'; ${waits}` })
      await vi.waitFor(() => expect(said(later.frames)).toContain('later-web: here I am'), patience)
      const nobody = tail({ service: 'nobody' })
      await vi.waitFor(() => expect(nobody.ends).toMatchObject([{ code: 'NOT_FOUND' }]), patience)
      const wrong = tail({ where: 'status' })
      await vi.waitFor(() => expect(wrong.ends).toMatchObject([{ code: 'VALIDATION_FAILED' }]), patience)
    })

    test('each is sent only what he may read, and no more of it once he may not', async () => {
      await apply('guarded', {
        web: `while true; do echo 'of web'; sleep 0.2; done`,
        api: `while true; do echo 'of api'; sleep 0.2; done`,
      })
      const all = (await house.admin.services.list({ stack: 'guarded' })).items
      const idOf = (name: string): string => all.find((service) => service.name === `guarded-${name}`)!.id
      const grant = (name: string) => ({ on: 'service' as const, id: idOf(name), role: 'viewer' as const })
      const password = 'correct-horse-battery'
      await house.admin.users.create({
        username: 'mara',
        password,
        role: 'viewer',
        reach: 'granted',
        grants: [grant('web')],
      })
      const { client } = await house.signIn('mara', password)
      const { frames, ends } = tail({ stack: 'guarded' }, client)
      await vi.waitFor(() => expect(said(frames).length).toBeGreaterThan(5), patience)
      expect(new Set(said(frames))).toEqual(new Set(['guarded-web: of web']))
      await house.admin.users.update({ id: 'mara', grants: [grant('api')] })
      await vi.waitFor(() => expect(said(frames)).toContain('guarded-api: of api'), patience)
      const since = said(frames).indexOf('guarded-api: of api')
      const before = said(frames).length
      await vi.waitFor(() => expect(said(frames).length).toBeGreaterThan(before + 5), patience)
      expect(said(frames).slice(since)).not.toContain('guarded-web: of web')
      expect(ends).toEqual([])
      await house.admin.users.update({ id: 'mara', disabled: true })
    })
  },
)
