import type { Job } from '@wheelhouse/contract'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { GitHost } from '../../server/src/workloads/stack-sources/testing/git-host.ts'
import { suite, where } from '../needs.ts'
import { openBrowser, openPage, problemsOf, signIn, takePicture, views } from './browser.ts'
import { type RunningHouse, startHouse } from './running-house.ts'

const name = `e2e-stack-${process.pid}`
const shop = (seconds: number): string => `name: ${name}
services:
  web:
    image: lab/busybox:1
    command: [sleep, "${seconds}"]
    init: true
    environment: { MODE: m${seconds}, DB_PASSWORD: secret-${seconds} }
`

suite('history and git of stacks, in Chromium', ['docker', 'chromium'], () => {
  let house: RunningHouse
  let browser: Browser
  let git: GitHost
  let id: string
  const ended = async (job: Job): Promise<Job> => {
    for (;;) {
      const now = await house.admin.jobs.get({ id: job.id })
      if (now.finishedAt) return now
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  beforeAll(async () => {
    house = await startHouse({ DOCKER_HOST: where('docker') })
    git = await GitHost.open()
    await git.commit('Sleep for an hour', { 'deploy/compose.yaml': shop(3600) })
    const target = (await house.admin.targets.list({})).items.find(({ kind }) => kind === 'docker')!
    id = `${target.id}:${name}`
    while ((await house.admin.targets.get({ id: target.id })).state !== 'connected')
      await new Promise((resolve) => setTimeout(resolve, 100))
    for (const seconds of [1000, 2000])
      await ended(
        await house.admin.stacks.apply({ source: shop(seconds), target: target.id, reason: `sleep ${seconds}` }),
      )
    await house.admin.stackSources.connect({ name, target: target.id, url: git.url, path: 'deploy/compose.yaml' })
    browser = await openBrowser()
  }, 180_000)
  afterAll(async () => {
    await browser?.close()
    await ended(await house.admin.stacks.remove({ id })).catch(() => undefined)
    await house?.stop()
    git?.close()
  }, 60_000)

  test('shows revisions with their difference, the way back, and the repository', { timeout: 300_000 }, async () => {
    for (const view of views) {
      const { page, context, errors } = await openPage(browser, house.url, view)
      const picture = (what: string) => takePicture(page, `stack-${what}-${view.theme}-${view.width}`)
      await signIn(page)
      await page.goto(`/stacks/${encodeURIComponent(id)}/history`)
      await page.getByText('sleep 2000').first().waitFor({ timeout: 60_000 })
      await page.getByText('[secret, changed]').waitFor({ timeout: 60_000 })
      expect(await page.locator('body').innerText()).not.toContain('secret-2000')
      await picture('history')
      expect(await problemsOf(page)).toEqual([])
      await page.getByRole('button', { name: 'Return…' }).first().click()
      await page.getByRole('button', { name: 'Return to revision 1' }).waitFor()
      await page.getByRole('dialog').getByText('command changed').waitFor({ timeout: 60_000 })
      await picture('return')
      await page.getByRole('button', { name: 'Keep it as it is' }).click()

      await page.goto(`/stacks/${encodeURIComponent(id)}`)
      await page.getByText('Sleep for an hour').waitFor({ timeout: 60_000 })
      await page.getByRole('button', { name: 'Sync now…' }).scrollIntoViewIfNeeded()
      await picture('git')
      expect(await problemsOf(page)).toEqual([])
      await page.getByRole('button', { name: 'Change…', exact: true }).click()
      await page.getByRole('dialog').getByLabel('Repository').waitFor()
      await picture('source')
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Sync now…' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Apply 1 change' }).waitFor({ timeout: 60_000 })
      await picture('sync')
      expect(errors).toEqual([])
      await context.close()
    }
  })
})
