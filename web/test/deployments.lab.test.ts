import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from 'vitest'
import { openBrowser, problemsOf } from '../../test/e2e/browser.ts'
import { suite } from '../../test/needs.ts'
import { freshenWeb } from '../../tools/web-build.ts'
import { picture, signedInPage } from './browser-page.ts'
import { FixtureHouse } from './fixture-house.ts'

const looks = [
  { theme: 'dark', width: 1440 },
  { theme: 'light', width: 1440 },
  { theme: 'dark', width: 390 },
  { theme: 'light', width: 320 },
] as const
const pages: readonly (readonly [name: string, path: string])[] = [
  ['overview', '/'],
  ['deployments', '/deployments'],
  ['deployment-rolled-back', '/deployments/run-482'],
  ['deployment-failed', '/deployments/run-480'],
  ['deployment-queued', '/deployments/run-queued'],
  ['deploy', '/deployments/new'],
  ['deploy-woosoo', '/deployments/new?stack=woosoo&environment=production'],
  ['rollback', '/deployments?rollback=woosoo/production'],
  ['releases', '/releases'],
  ['compare', '/releases/release-116/compare/release-118'],
  ['stack-history', '/stacks/local:woosoo/history'],
  ['backups', '/backups'],
  ['backup', '/backups/2026-11-21_11-03-22'],
]

suite('deployments, releases and backups in Chromium, against a played run', ['chromium'], () => {
  let browser: Browser
  let house: FixtureHouse
  let page: Page
  let errors: string[]
  let close: () => Promise<void>

  beforeAll(async () => {
    await freshenWeb()
    browser = await openBrowser()
  }, 120_000)
  afterAll(() => browser?.close())
  beforeEach(async () => {
    house = new FixtureHouse()
    await house.server.listen()
    const opened = await signedInPage(browser, house.server.url, looks[0])
    page = opened.page
    errors = opened.errors
    close = () => opened.context.close()
  })
  afterEach(async () => {
    await close()
    house.close()
  })
  const row = (name: string) => page.getByRole('row').filter({ hasText: name })
  const button = (name: string | RegExp) => page.getByRole('button', { name })
  const heading = (name: string | RegExp) => page.getByRole('heading', { name })
  const cutsAreExpected = (): string[] => errors.filter((each) => !/WebSocket|ERR_/.test(each))

  for (const look of looks)
    test(`every page is clean by axe and scrolls in one direction: ${look.theme}, ${look.width} px`, async () => {
      house.tell(house.play.run)
      house.play.begin()
      house.play.askApproval()
      const opened = await signedInPage(browser, house.server.url, look)
      const problems: Record<string, string[]> = {}
      for (const [name, path] of [...pages, ['deployment-waiting', '/deployments/run-live'] as const]) {
        await opened.page.goto(path)
        await opened.page.locator('h1, h2[id]').first().waitFor()
        await opened.page.waitForTimeout(400)
        await picture(opened.page, `deployments-${name}-${look.theme}-${look.width}`)
        const found = await problemsOf(opened.page)
        if (found.length > 0) problems[path] = found
      }
      expect(problems).toEqual({})
      expect(opened.errors).toEqual([])
      await opened.context.close()
    })

  test('a queued run is seen to build, to wait, to be approved, to fail and to be undone', async () => {
    house.tell(house.play.run)
    await page.goto('/deployments/run-live')
    await heading(
      /^It waits as number 1 in the queue. Deployment 482 of woosoo on production is still running/,
    ).waitFor()
    expect(await page.title()).toBe('queued · Deployment 483 of woosoo · Wheelhouse')

    house.play.begin()
    await page.getByText('composer install').waitFor()
    const bars = page.getByRole('region', { name: 'Build, side by side' })
    expect(await bars.getByRole('button').count()).toBe(2)
    await expect.poll(() => page.title()).toContain('running, build')
    await picture(page, 'deployments-live-build')

    house.play.askApproval()
    await heading('Approve switch on production?').waitFor()
    await page.getByLabel('Reason').fill('checked with the shop')
    await button('Approve switch').click()
    await page.getByText('Switch was approved by mara').waitFor()
    expect(house.server.calls('deployments.decide')).toEqual([
      { id: 'run-live', approve: true, reason: 'checked with the shop' },
    ])

    house.play.failAndUndo()
    await heading('r119 did not pass its checks. r118 is running again.').waitFor()
    const undone = async (part: number): Promise<(string | undefined)[]> => {
      const lane = page.getByRole('list', { name: `Undo, in reverse, part ${part} of 2` })
      return (await lane.getByRole('button').allInnerTexts()).map((text) => text.split('\n')[0])
    }
    expect([await undone(1), await undone(2)]).toEqual([['Switch', 'Start'], ['Config']])
    await picture(page, 'deployments-live-undone')
    expect(errors).toEqual([])
  })

  test('after a cut connection and after a reload the log is whole, in order, each line once', async () => {
    house.tell(house.play.run)
    house.play.begin()
    await page.goto('/deployments/run-live?stage=build')
    await page.getByText('npm ci').waitFor()
    const printed = async (): Promise<string[]> =>
      (await page.locator('.log-line .text').allInnerTexts()).map(
        (text) =>
          text
            .trim()
            .split(/\s{2,}/)
            .at(-1) ?? '',
      )
    house.play.print(['step 1'])
    await page.getByText('step 1').waitFor()
    house.socket.cut()
    house.play.print(['step 2', 'step 3'])
    await page.getByText('step 3').waitFor()
    house.play.print(['step 4'])
    await page.getByText('step 4').waitFor()
    const whole = ['composer install', 'npm ci', 'step 1', 'step 2', 'step 3', 'step 4']
    expect((await printed()).map((text) => text.replace(/^(pwa|backend)\s+/, ''))).toEqual(whole)
    await page.reload()
    await page.getByText('step 4').waitFor()
    expect((await printed()).map((text) => text.replace(/^(pwa|backend)\s+/, ''))).toEqual(whole)
    expect(cutsAreExpected()).toEqual([])
  })

  test('a stage, a task and a search narrow the log, and the address holds it', async () => {
    await page.goto('/deployments/run-482')
    await page.getByRole('list', { name: 'Stages, in order' }).first().getByRole('button', { name: /Build/ }).click()
    await page.getByText('Configuration cached.').waitFor()
    await expect.poll(() => page.locator('.log').innerText()).not.toContain('mysqldump')
    await page.getByRole('region', { name: 'Build, side by side' }).getByRole('button', { name: /pwa/ }).click()
    await expect.poll(() => page.locator('.log').innerText()).not.toContain('Configuration cached.')
    await page.getByRole('searchbox', { name: /Search the log/ }).fill('browsers?list')
    await expect.poll(() => page.locator('.log-line').count()).toBe(1)
    expect(new URL(page.url()).searchParams.toString()).toBe('stage=build&task=pwa&q=browsers%3Flist')
  })

  test('the list is live, filters in the address, and drops a queued run', async () => {
    await page.goto('/deployments')
    await row('rolled back').getByText('r118 did not pass its checks. r117 is running again.').waitFor()
    house.tell({ ...house.play.run, state: 'running', queue: null, stage: 'build' })
    await row('woosoo 483').getByText('running').waitFor()
    await button('Drop woosoo 484 from the queue').click()
    await row('woosoo 484').getByText('cancelled').waitFor()
    await page.getByLabel('State').selectOption('failed,abandoned,rolled-back')
    await expect.poll(() => page.getByRole('row').count()).toBe(4)
    await page.getByLabel('Stack').selectOption('atlas')
    await expect.poll(() => page.getByRole('row').count()).toBe(2)
    await page.reload()
    await row('atlas 480').getByText('worker was not stopped').waitFor()
    expect(errors).toEqual([])
  })

  test('the wizard checks first, plans, and asks for the name in production', async () => {
    house.tools = false
    await page.goto('/deployments/new?stack=woosoo&environment=production')
    await page.getByLabel('relay').check()
    await page.getByLabel('Build side by side').uncheck()
    await button('Check and plan').click()
    await heading('1 of 6 checks failed, 1 warns').waitFor()
    await page.getByText('apt install php8.4-cli').waitFor()
    expect(house.server.calls('deployments.start?dryRun')).toEqual([])
    house.tools = true
    await button('Check again').click()
    await heading('5 of 6 checks passed, 1 warns').waitFor()
    const deploy = button('Deploy 3 apps to production…')
    expect(await deploy.isDisabled()).toBe(true)
    await button('Go on although it warns').click()
    await expect.poll(() => deploy.isEnabled()).toBe(true)
    await picture(page, 'deployments-review')
    await deploy.click()
    const dialog = page.getByRole('dialog')
    const run = dialog.getByRole('button', { name: 'Deploy 3 apps to production' })
    expect(await run.isDisabled()).toBe(true)
    await dialog.getByLabel('Type woosoo to go on').fill('woosoo')
    await run.click()
    await page.waitForURL('**/deployments/run-new')
    expect(house.server.calls('deployments.start')).toEqual([
      {
        directory: '/srv/woosoo',
        environment: 'production',
        apps: ['backend', 'pwa', 'relay'],
        parallel: false,
        force: true,
      },
    ])
    expect(errors).toEqual([])
  })

  test('a wrong line of a pasted file is marked, and nothing can be planned', async () => {
    await page.goto('/deployments/new')
    await page.getByRole('radio', { name: 'A stack file' }).click()
    await page.getByRole('textbox', { name: 'Stack file' }).fill('name: shop\nrestart_polcy: always\n')
    await page.getByText('line 2: unknown key restart_polcy. Did you mean restart_policy?').waitFor()
    expect(await page.locator('.cm-line.cm-bad').innerText()).toBe('restart_polcy: always')
    expect(await button('Check and plan').isDisabled()).toBe(true)
  })

  test('a rollback warns of the migration between, and says what restoring the dump means', async () => {
    await page.goto('/deployments?rollback=woosoo/production')
    const dialog = page.getByRole('dialog', { name: 'Roll woosoo on production back to r116?' })
    await dialog.getByText(/r117 migrated the database after r116/).waitFor()
    await dialog.getByLabel(/Restore the database as it was before r117/).check()
    await dialog.getByText('from its dump').waitFor()
    await dialog.getByLabel('Type woosoo to go on').fill('woosoo')
    await dialog.getByRole('button', { name: 'Roll back to r116' }).click()
    await page.waitForURL('**/deployments/run-new')
    expect(house.server.calls('deployments.rollback')).toEqual([
      { stack: 'woosoo', environment: 'production', release: 116, database: true },
    ])
  })

  test('releases are pinned, promoted, compared without their secrets, and cleaned up by plan', async () => {
    await page.goto('/releases')
    await button('Pin r115').click()
    await button('Unpin r115').waitFor()
    for (const number of [116, 118])
      await page.getByLabel(`Choose r${number} of woosoo on production to compare`).check()
    await button('Compare two').click()
    await heading('r116 and r118 of woosoo').waitFor()
    await page.getByText('another secret value').waitFor()
    await page.goBack()
    await button('Clean up…').click()
    await page.getByRole('button', { name: 'Remove 1 release' }).click()
    await page.getByText('1 release removed, 90 MB freed').waitFor()
    await button('Actions for r41 of woosoo').click()
    await page.getByRole('menuitem', { name: 'Promote…' }).click()
    const promote = page.getByRole('button', { name: 'Promote r41 to production' })
    expect(await promote.isDisabled()).toBe(true)
    await page.getByLabel('Type woosoo to go on').fill('woosoo')
    await promote.click()
    await page.waitForURL('**/deployments/run-new')
    expect(house.server.calls('deployments.promote')).toEqual([
      { stack: 'woosoo', from: 'staging', to: 'production', release: 41 },
    ])
    expect(errors).toEqual([])
  })

  test('a backup is verified, drilled, and restored only when its stack was typed', async () => {
    await page.goto('/backups')
    await page.getByRole('link', { name: /2026-11-21_11-03-22/ }).click()
    await button('Verify').click()
    await page.getByText('3 parts checked, every checksum is right.').waitFor()
    await button('Drill').click()
    await page.getByText('Restoring woosoo into a scratch database').waitFor()
    await button('Restore…').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('This replaces woosoo and backend/storage.').waitFor()
    await dialog.getByLabel('Files and volumes').uncheck()
    const restore = dialog.getByRole('button', { name: 'Restore woosoo' })
    await dialog.getByLabel('Type woosoo to go on').fill('woosoo')
    await picture(page, 'backups-restore')
    await expect.poll(() => restore.isEnabled()).toBe(true)
    await restore.click()
    await expect
      .poll(() => house.server.calls('backups.restore'))
      .toEqual([{ id: '2026-11-21_11-03-22', skipFiles: true }])
    expect(errors).toEqual([])
  })

  test('the keys and the palette lead to deployments', async () => {
    await page.goto('/')
    await heading(/needs? you/)
      .first()
      .waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('d')
    await page.waitForURL('**/deployments')
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Search and run' }).fill('roll back woosoo production')
    await page
      .getByRole('option', { name: /Roll back… woosoo on production/ })
      .first()
      .waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: /Roll woosoo on production back/ }).waitFor()
  })
})
