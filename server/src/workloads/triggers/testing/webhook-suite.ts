import { Failure } from '@wheelhouse/contract'
import { describe, expect, test } from 'vitest'
import { failureOf } from '../../../../../test/identity/house.ts'
import { deploy, type Sent, type TriggerHouse } from './trigger-house.ts'

/** Signed deliveries. */
export function webhookSuite(house: () => TriggerHouse): void {
  const hook = async (more: object = {}) => {
    const t = house()
    const { caller } = await t.signIn('mara')
    const made = await t.handlers.create({ kind: 'webhook', name: 'ci', action: deploy, ...more }, t.as(caller))
    return { id: made.id, secret: made.secret ?? '', made, caller }
  }
  const seconds = (t: TriggerHouse, offset = 0) => String(Math.floor(t.hand.clock.now() / 1000) + offset)

  describe('a webhook', () => {
    test('tells its secret once, of 32 random bytes, and keeps it sealed', async () => {
      const t = house()
      const { id, secret, made } = await hook()
      expect(Buffer.from(secret, 'base64url')).toHaveLength(32)
      expect(made).toMatchObject({ path: `/api/v1/hooks/${id}`, cron: null, timezone: null, nextAt: null })
      expect(JSON.stringify(await t.one(id))).not.toContain(secret)
      const rows = await t.rows.selectFrom('triggers').selectAll().execute()
      expect(JSON.stringify(rows)).not.toContain(secret)
    })

    test('takes a body that is signed, as it came, and acts for its maker', async () => {
      const t = house()
      const { id, secret } = await hook()
      const body = '{ "ref": "refs/heads/main",\n "after": "8f3a21c9d0e1aa", "ü": 1 }'
      const answer = await t.send(id, { secret, body })
      expect(answer).toMatchObject({
        deploymentId: 'deployment-1',
        jobId: null,
        message: 'ci started a deployment for main 8f3a21c9d0e1.',
      })
      expect(answer.audited).toMatchObject([{ resource: `trigger:${id}`, actor: { username: 'mara' } }, {}])
      expect(t.started).toMatchObject([
        { caller: { username: 'mara', face: 'system' }, reason: 'webhook ci main 8f3a21c9d0e1' },
      ])
    })

    test('answers the same for an unknown id, a wrong signature, no signature, one that is off, and a schedule', async () => {
      const t = house()
      const { id, secret, caller } = await hook()
      const off = await t.handlers.create(
        { kind: 'webhook', name: 'off', action: deploy, enabled: false },
        t.as(caller),
      )
      const cron = { cron: '0 3 * * *', action: deploy }
      const schedule = await t.handlers.create({ kind: 'schedule', name: 'nightly', ...cron }, t.as(caller))
      const told = async (to: string, sent: Sent) =>
        t.send(to, sent).then(
          () => 'taken',
          (error: unknown) =>
            error instanceof Failure && `${error.code} ${error.message} ${JSON.stringify(error.details)}`,
        )
      const answers = [
        await told('00000000-0000-4000-8000-000000000000', { secret }),
        await told("'; drop table triggers;--", { secret }),
        await told(id, { secret: 'another' }),
        await told(id, { secret, headers: { 'x-hub-signature-256': '' } }),
        await told(id, { secret, headers: { 'x-hub-signature-256': 'sha1=aa' } }),
        await told(id, { secret: '', by: 'x-gitlab-token' }),
        await told(id, { secret: `${secret} `, by: 'x-gitlab-token' }),
        await told(id, { secret: 'another', by: 'x-hub-signature' }),
        // A signature that does not hold is not made good by anything beside it.
        await told(id, { secret: 'another', headers: { 'x-gitlab-token': secret } }),
        await told(off.id, { secret: off.secret ?? '', by: 'x-gitlab-token' }),
        await told(off.id, { secret: off.secret ?? '' }),
        await told(schedule.id, { secret }),
      ]
      expect(new Set(answers).size).toBe(1)
      expect(answers[0]).toContain('SIGNATURE_REFUSED')
      expect(t.started).toEqual([])
    })

    test('with a time it signs time and body, and is refused when that is older than five minutes or ahead', async () => {
      const t = house()
      const { id, secret } = await hook()
      expect(await failureOf(t.send(id, { secret, timestamp: seconds(t, -301) }))).toBe('SIGNATURE_REFUSED')
      expect(await failureOf(t.send(id, { secret, timestamp: seconds(t, 301) }))).toBe('SIGNATURE_REFUSED')
      expect(await failureOf(t.send(id, { secret, timestamp: 'soon' }))).toBe('SIGNATURE_REFUSED')
      const headers = { 'x-wheelhouse-timestamp': seconds(t, -10) }
      expect(await failureOf(t.send(id, { secret, timestamp: seconds(t), headers }))).toBe('SIGNATURE_REFUSED')
      expect(t.started).toEqual([])
      expect(await t.send(id, { secret, timestamp: seconds(t, -299) })).toMatchObject({ deploymentId: 'deployment-1' })
    })

    test('a delivery that comes again answers what it did, and so does a copy of its signature under another name', async () => {
      const t = house()
      const { id, secret } = await hook()
      const first = await t.send(id, { secret, headers: { 'x-github-delivery': 'one' } })
      const again = await t.send(id, { secret, headers: { 'x-github-delivery': 'one' } })
      expect(again.deploymentId).toBe(first.deploymentId)
      await t.send(id, { secret, body: '{ "n": 2 }', headers: { 'idempotency-key': 'two' } })
      expect(t.started).toHaveLength(2)

      const timestamp = seconds(t)
      const third = await t.send(id, { secret, timestamp, headers: { 'idempotency-key': 'three' } })
      const copy = await t.send(id, { secret, timestamp, headers: { 'idempotency-key': 'four' } })
      const resigned = await t.send(id, { secret, timestamp: seconds(t, -5), headers: { 'idempotency-key': 'three' } })
      expect([copy.deploymentId, resigned.deploymentId]).toEqual([third.deploymentId, third.deploymentId])
      expect(t.started).toHaveLength(3)
    })

    test('without a time a copy is refused under any other name, and under none', async () => {
      const t = house()
      const { id, secret } = await hook()
      const body = '{ "after": "8f3a21c9d0e1aa" }'
      const first = await t.send(id, { secret, body, headers: { 'x-github-delivery': 'one' } })
      const others: Record<string, string>[] = [{ 'x-github-delivery': 'two' }, { 'idempotency-key': 'three' }, {}]
      for (const headers of others)
        await expect(t.send(id, { secret, body, headers })).rejects.toThrow('was delivered before')
      const again = await t.send(id, { secret, body, headers: { 'x-github-delivery': 'one' } })
      expect(again.deploymentId).toBe(first.deploymentId)
      expect(t.started).toHaveLength(1)
      t.trouble.next = new Failure('STATE_CONFLICT', 'Another deployment runs.')
      const other = { secret, body: '{ "after": "0" }' }
      expect(await failureOf(t.send(id, { ...other, headers: { 'x-github-delivery': 'four' } }))).toBe('STATE_CONFLICT')
      expect(await t.send(id, { ...other, headers: { 'x-github-delivery': 'five' } })).toMatchObject({ jobId: null })
      expect(t.started).toHaveLength(2)
    })

    test('takes the push of GitLab by its token, each once under the name it has', async () => {
      const t = house()
      const { id, secret } = await hook()
      const push = (after: string) =>
        JSON.stringify({ object_kind: 'push', ref: 'refs/heads/main', checkout_sha: after, after, project_id: 15 })
      const gitlab = (after: string, headers: Record<string, string>) =>
        t.send(id, { secret, body: push(after), by: 'x-gitlab-token', headers })
      const first = await gitlab('8f3a21c9d0e1aa', { 'idempotency-key': 'one' })
      expect(first.message).toBe('ci started a deployment for main 8f3a21c9d0e1.')
      expect((await gitlab('8f3a21c9d0e1aa', { 'idempotency-key': 'one' })).deploymentId).toBe(first.deploymentId)
      // Those before 17.4 name the event only, which pushes that follow from one another share.
      const event = { 'x-gitlab-event-uuid': '13792a34' }
      const second = await gitlab('8f3a21c9d0e1aa', event)
      expect((await gitlab('8f3a21c9d0e1aa', event)).deploymentId).toBe(second.deploymentId)
      expect((await gitlab('77aa', event)).deploymentId).not.toBe(second.deploymentId)
      expect(t.started).toHaveLength(3)
      expect((await gitlab('77aa', { 'x-wheelhouse-timestamp': '1' })).deploymentId).toBe('deployment-4')
    })

    test('takes the pushes of Bitbucket, Cloud and Data Center, by their signature', async () => {
      const t = house()
      const { id, secret } = await hook()
      const bitbucket = (body: object, request: string) =>
        t.send(id, {
          secret,
          body: JSON.stringify(body),
          by: 'x-hub-signature',
          headers: { 'x-request-uuid': request },
        })
      const main = { type: 'branch', name: 'main', target: { hash: '709d658dc5b6d6afcd46049c2f332ee3f515a67d' } }
      const cloud = { push: { changes: [{ old: null, new: main }] } }
      const first = await bitbucket(cloud, 'one')
      expect(first.message).toBe('ci started a deployment for main 709d658dc5b6.')
      expect((await bitbucket(cloud, 'one')).deploymentId).toBe(first.deploymentId)
      const changes = [{ ref: { id: 'refs/heads/next', type: 'BRANCH' }, toHash: 'ecddabb624f6f5ba43816f5926e580a5' }]
      expect((await bitbucket({ eventKey: 'repo:refs_changed', changes }, 'two')).message).toBe(
        'ci started a deployment for next ecddabb624f6.',
      )
      for (const odd of [[{ new: 7 }, null, 'x'], 'x', { length: 3 }])
        expect((await bitbucket({ push: { changes: odd } }, `odd ${JSON.stringify(odd)}`)).message).toBe(
          'ci started a deployment.',
        )
    })

    test('one that was refused may be sent again under its name', async () => {
      const t = house()
      const { id, secret } = await hook()
      const headers = { 'x-github-delivery': 'one' }
      t.trouble.next = new Failure('STATE_CONFLICT', 'Another deployment runs.')
      expect(await failureOf(t.send(id, { secret, headers }))).toBe('STATE_CONFLICT')
      expect((await t.one(id))?.lastResult).toBe('Refused: Another deployment runs.')
      expect(await t.send(id, { secret, headers })).toMatchObject({ deploymentId: 'deployment-1' })
    })

    test('what the body says is shown plain and short', async () => {
      const t = house()
      const { id, secret } = await hook()
      const body = JSON.stringify({ branch: `a\u0007${'x'.repeat(500)}`, commit: { not: 'text' } })
      const { message } = await t.send(id, { secret, body })
      expect(message).toBe(`ci started a deployment for a${'x'.repeat(99)}.`)
    })
  })
}
