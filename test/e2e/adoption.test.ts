import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { suite, where } from '../needs.ts'
import { openBrowser, openPage, problemsOf, signIn, takePicture, views } from './browser.ts'
import { type RunningHouse, startHouse } from './running-house.ts'

const run = promisify(execFile)
const patience = { timeout: 120_000, interval: 250 }
const shop = (seconds: number): string => `services:
  web:
    image: lab/busybox:1
    command: [sleep, "${seconds}"]
    init: true
    env_file: web.env
    depends_on: [db]
    volumes: ["kept:/kept"]
    scale: 2
  db:
    image: lab/busybox:1
    command: [sleep, "3600"]
    init: true
    mem_limit: 64m
    environment: { DB_PASSWORD: "pa$$word-of-db" }
volumes: { kept: {} }
`

/** A project that `docker compose` started, in a folder of its own. */
class Project {
  readonly name: string
  readonly folder = mkdtempSync(join(tmpdir(), 'wh-e2e-adopt-'))

  constructor(name: string) {
    this.name = name
    this.write('compose.yaml', shop(3600))
    this.write('web.env', 'API_TOKEN=t0p-secret-of-web\n')
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text)
  }

  async compose(...args: string[]): Promise<string> {
    const config = process.env.WHEELHOUSE_TEST_DOCKER_CONFIG ?? ''
    const of = ['--config', config, '-H', where('docker'), 'compose', '-p', this.name]
    const { stdout } = await run(where('compose'), [...of, '--project-directory', this.folder, ...args], {
      timeout: 90_000,
    })
    return stdout
  }

  /** Name, full id and start of each container, as the engine tells of them. */
  async containers(): Promise<string[]> {
    const ids = (await this.compose('ps', '-a', '-q', '--no-trunc')).trim().split('\n')
    const of = ['-H', where('docker'), 'inspect', '--format', '{{.Name}} {{.Id}} {{.State.StartedAt}}']
    return (await run(where('compose'), [...of, ...ids])).stdout.trim().split('\n').toSorted()
  }

  async end(): Promise<void> {
    await this.compose('down', '--volumes', '--timeout', '1').catch(() => undefined)
    rmSync(this.folder, { recursive: true, force: true })
  }
}

suite('adoption of stacks, in Chromium', ['docker', 'compose', 'chromium'], () => {
  let house: RunningHouse
  let browser: Browser
  let target: string
  const whole = new Project(`e2e-adopt-whole-${process.pid}`)
  const changed = new Project(`e2e-adopt-changed-${process.pid}`)
  const idOf = ({ name }: Project): string => `${target}:${name}`
  beforeAll(async () => {
    for (const project of [whole, changed]) await project.compose('up', '-d')
    // What lies there no longer says what runs, so that a file is written from the containers.
    changed.write('compose.yaml', shop(1800))
    house = await startHouse({ DOCKER_HOST: where('docker') })
    target = (await house.admin.targets.list({})).items.find(({ kind }) => kind === 'docker')!.id
    for (const project of [whole, changed])
      await vi.waitFor(
        async () =>
          expect(await house.admin.stacks.get({ id: idOf(project) })).toMatchObject({
            managed: false,
            state: 'running',
          }),
        patience,
      )
    browser = await openBrowser()
  }, 240_000)
  afterAll(async () => {
    await browser?.close()
    await house?.stop()
    for (const project of [whole, changed]) await project.end()
  }, 120_000)

  test.for(views)('its pages are whole in $theme, $width', { timeout: 240_000 }, async (view) => {
    const { page, context, errors } = await openPage(browser, house.url, view)
    const look = async (what: string): Promise<void> => {
      await takePicture(page, `adopt-${what}-${view.theme}-${view.width}`)
      expect(await problemsOf(page), what).toEqual([])
    }
    await signIn(page)
    await page.goto('/stacks?q=e2e-adopt')
    await page.getByRole('link', { name: `Adopt ${whole.name}` }).waitFor()
    await look('list')
    await page.goto(`/stacks/${encodeURIComponent(idOf(whole))}`)
    await page.getByRole('link', { name: 'Adopt…' }).waitFor()
    await look('found')
    for (const [what, project, told] of [
      ['files', whole, 'The file it was started from'],
      ['written', changed, 'Written from what runs'],
    ] as const) {
      await page.goto(`/stacks/new?adopt=${encodeURIComponent(idOf(project))}`)
      await page.getByText(told).waitFor()
      await page.getByText('2 services').first().waitFor()
      await look(what)
      if (project === changed) expect(await page.content()).not.toMatch(/word-of-db|t0p-secret/)
      await page.getByRole('button', { name: 'Show plan' }).click()
      await page.getByRole('button', { name: 'Adopt, nothing restarts' }).waitFor()
      await page.getByRole('button', { name: 'Adopt, nothing restarts' }).scrollIntoViewIfNeeded()
      await look(`${what}-plan`)
    }
    expect(errors).toEqual([])
    await context.close()
  })

  test.for([
    ['with its own file', whole],
    ['with a file written from what runs', changed],
  ] as const)(
    'a project of Compose is adopted %s, and its containers stay',
    { timeout: 240_000 },
    async ([, project]) => {
      const before = await project.containers()
      expect(before).toHaveLength(3)
      const { page, context, errors } = await openPage(browser, house.url, views[0]!)
      await signIn(page)
      await page.goto(`/stacks?q=${project.name}`)
      await page.getByRole('link', { name: `Adopt ${project.name}` }).click()
      await page.getByRole('heading', { level: 1, name: `Adopt ${project.name}` }).waitFor()
      await page.getByRole('button', { name: 'Show plan' }).click()
      await page.getByRole('button', { name: 'Adopt, nothing restarts' }).click()
      await page.getByText(`${project.name} is managed from here now.`).waitFor({ timeout: 120_000 })
      await takePicture(page, `adopt-done-${project === whole ? 'files' : 'written'}-dark-wide`)
      await page.getByRole('link', { name: 'Open stack' }).click()
      await page.getByText('revision 1').first().waitFor()
      await page.getByRole('link', { name: 'Change and apply…' }).waitFor()
      await page.getByRole('link', { name: 'History' }).click()
      await page.getByText('taken over as it ran').waitFor()
      await takePicture(page, 'adopt-history-dark-wide')
      expect(errors).toEqual([])
      await page.goto(`/stacks/new?adopt=${encodeURIComponent(idOf(project))}`)
      await page.getByText('is managed from here already').waitFor()
      await page.getByRole('link', { name: 'Open stack' }).waitFor()
      expect(await house.admin.stacks.get({ id: idOf(project) })).toMatchObject({ managed: true, revision: 1 })
      // To Compose it is its own as before.
      expect(await project.containers()).toEqual(before)
      await context.close()
    },
  )
})
