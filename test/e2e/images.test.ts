import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { container, idle } from '../docker/container.ts'
import { EngineBench, never } from '../docker/engine-bench.ts'
import { buildSmallImage } from '../docker/small-image.ts'
import { suite, where } from '../needs.ts'
import { openBrowser, openPage, problemsOf, signIn, takePicture, views } from './browser.ts'
import { type RunningHouse, startHouse } from './running-house.ts'

// Shown only if the script may be run, the argument came and the file stayed out.
const dockerfile = `FROM lab/busybox:1
ARG GREETING
COPY . /
RUN echo first; echo "$GREETING, $(/app/run.sh)"; test ! -e /secret.txt
`
const quiet = (): void => undefined

suite('images in the web interface', ['chromium', 'docker', 'registry'], () => {
  const bench = new EngineBench()
  const images = bench.connection.images!
  const made: string[] = []
  let house: RunningHouse
  let browser: Browser
  let page: Page
  let errors: string[]
  let used: string
  let other: string
  let pushed: string

  beforeAll(async () => {
    const name = (word: string, before = ''): string => {
      const tag = `${before}${bench.name(word)}:1`
      made.push(tag)
      return tag
    }
    ;[used, other, pushed] = [name('used'), name('other'), name('pushed', `${where('registry')}/test/`)]
    await buildSmallImage(bench.connection, used, 3_000_000)
    await buildSmallImage(bench.connection, other, 5_000_000)
    await buildSmallImage(bench.connection, pushed, 20_000_000)
    await images.push(pushed, null, quiet, never)
    await images.remove(pushed, { force: false })
    await bench.create(container(bench.name('user'), idle, { image: used }))
    house = await startHouse({ WHEELHOUSE_DISCOVER_DOCKER: 'false' })
    await house.admin.targets.register({ name: 'berlin-1', address: where('docker') })
    browser = await openBrowser()
    const opened = await openPage(browser, house.url, views[0]!)
    page = opened.page
    errors = opened.errors
    await signIn(page)
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await house?.stop()
    await bench.close()
    const broom = new EngineBench()
    for (const tag of made) await broom.connection.images!.remove(tag, { force: true }).catch(quiet)
    await broom.close()
  })
  const dialog = () => page.getByRole('dialog')
  const row = (name: string) => page.getByRole('row').filter({ hasText: name })

  test('lists the images of all engines with who uses them', async () => {
    await page.goto('/images')
    await row(used).getByRole('link', { name: /user/ }).waitFor()
    await row(other).getByText('unused').waitFor()
    await takePicture(page, 'images')
    expect(await problemsOf(page)).toEqual([])
    await page.getByLabel('Filter images').fill(other)
    await row(used).waitFor({ state: 'detached' })
    await page.getByLabel('Filter images').fill('no such image')
    await page.getByText('No image passes the filter.').waitFor()
    await page.getByRole('button', { name: 'Clear filters' }).click()
  })

  test('pulls one and shows each layer', async () => {
    await page.getByRole('button', { name: 'Pull an image…' }).click()
    await dialog().getByRole('button', { name: 'Pull image' }).click()
    expect(await dialog().getByRole('alert').innerText()).toContain('nginx:1.27')
    await dialog().getByLabel('Image').fill(pushed)
    await takePicture(page, 'images-pull')
    expect(await problemsOf(page)).toEqual([])
    await dialog().getByRole('button', { name: 'Pull image' }).click()
    await dialog()
      .getByText(/is here|downloads|unpacks/)
      .first()
      .waitFor()
    await takePicture(page, 'images-pulling')
    await dialog().getByRole('button', { name: 'Close' }).waitFor({ timeout: 60_000 })
    await takePicture(page, 'images-pulled')
    expect(await problemsOf(page)).toEqual([])
    await dialog().getByRole('button', { name: 'Close' }).click()
    // The engine's own event puts it into the list.
    await row(pushed).waitFor()
  })

  test('builds one from a folder, without what is left out of it, and shows what its instructions print', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wheelhouse-context-'))
    await mkdir(join(folder, 'app'))
    await writeFile(join(folder, 'Dockerfile.web'), dockerfile)
    await writeFile(join(folder, '.dockerignore'), 'secret.txt\n')
    await writeFile(join(folder, 'secret.txt'), 'not for the image')
    await writeFile(join(folder, 'app/run.sh'), '#!/bin/sh\necho it runs\n')
    const built = `${bench.name('built')}:1`
    made.push(built)
    await page.goto('/images')
    await page.getByRole('button', { name: 'Build…' }).click()
    await dialog().getByRole('button', { name: 'Build image' }).click()
    await dialog().getByText('Choose the folder').waitFor()
    await dialog().getByLabel('Name', { exact: true }).fill(built)
    await dialog().getByLabel('Folder', { exact: true }).setInputFiles(folder)
    await dialog().getByText('3 files').waitFor()
    await dialog().getByText('It has Dockerfile.web.').waitFor()
    await dialog().getByLabel('Dockerfile', { exact: true }).fill('Dockerfile.web')
    await dialog().getByLabel('Build arguments').fill('GREETING=hello there')
    await takePicture(page, 'images-build')
    expect(await problemsOf(page)).toEqual([])
    await dialog().getByRole('button', { name: 'Build image' }).click()
    await dialog().getByRole('link', { name: 'Run it…' }).waitFor({ timeout: 60_000 })
    await dialog().locator('.step-line', { hasText: 'RUN echo' }).locator('summary').click()
    await dialog().getByText('hello there, it runs').waitFor()
    await takePicture(page, 'images-built')
    expect(await problemsOf(page)).toEqual([])
    await dialog().getByRole('link', { name: 'Run it…' }).click()
    await expect.poll(() => page.getByLabel('Image', { exact: true }).inputValue()).toBe(built)
    await rm(folder, { recursive: true })
  })

  test('shows what an image is made of, and gives it a further name', async () => {
    await page.goto('/images')
    await row(used).getByRole('link', { name: used }).click()
    await page.getByRole('heading', { level: 1, name: used }).waitFor()
    await page.getByRole('table', { name: 'Layers' }).getByText('COPY').first().waitFor()
    await page.getByText('COLOUR', { exact: true }).waitFor()
    await takePicture(page, 'image')
    expect(await problemsOf(page)).toEqual([])
    const further = `${bench.name('further')}:2`
    made.push(further)
    await page.getByRole('button', { name: 'Add a name…' }).click()
    await dialog().getByLabel('Name').fill(further)
    await dialog().getByRole('button', { name: 'Add name' }).click()
    await page.getByRole('region', { name: 'Names' }).getByText(further, { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Remove…' }).click()
    expect(await dialog().getByRole('alert').innerText()).toContain('is used by')
    await takePicture(page, 'image-remove')
    await page.keyboard.press('Escape')
  })

  test('shows what a clean-up would free before anything goes', async () => {
    await page.goto('/images?do=prune')
    await dialog()
      .getByText(/Nothing can go|images? goe?s?/)
      .first()
      .waitFor()
    await dialog().getByLabel('Also images with a name').check()
    await dialog().getByText(other, { exact: false }).first().waitFor()
    await dialog()
      .getByText(/frees [\d.]+ MB/)
      .waitFor()
    await takePicture(page, 'images-clean-up')
    expect(await problemsOf(page)).toEqual([])
    await dialog().getByRole('button', { name: 'Keep them all' }).click()
  })

  test('adds a registry and shows what it holds', async () => {
    await page.goto('/registries')
    await page.getByRole('button', { name: 'Add registry…' }).first().click()
    await dialog().getByLabel('Name', { exact: true }).fill('lab')
    await dialog().getByLabel('Address').fill(where('registry'))
    await dialog().getByRole('button', { name: 'Add registry' }).click()
    expect(await dialog().getByRole('alert').innerText()).toContain('plain HTTP')
    await dialog().getByLabel('Accept plain HTTP').check()
    await takePicture(page, 'registry-add')
    expect(await problemsOf(page)).toEqual([])
    await dialog().getByRole('button', { name: 'Add registry' }).click()
    await row('lab').waitFor()
    await takePicture(page, 'registries')
    await page.getByRole('link', { name: 'lab' }).click()
    await page.getByRole('button', { name: 'lab/busybox', exact: true }).click()
    await page.getByRole('table', { name: 'Tags' }).getByText('linux/amd64').first().waitFor()
    await takePicture(page, 'registry')
    expect(await problemsOf(page)).toEqual([])
  })

  test.each(views.slice(1))('stands in $theme on a $width screen', async (view) => {
    const opened = await openPage(browser, house.url, view)
    await signIn(opened.page)
    for (const [path, name, seen] of [
      ['/images', 'images', other],
      ['/images?do=prune', 'images-clean-up', 'Also images with a name'],
      ['/registries', 'registries', 'lab'],
    ] as const) {
      await opened.page.goto(path)
      await opened.page.getByText(seen).first().waitFor()
      await takePicture(opened.page, `${name}-${view.theme}-${view.width}`)
      expect(await problemsOf(opened.page)).toEqual([])
    }
    await opened.page.goto('/images')
    await opened.page.getByRole('link', { name: other }).first().click()
    await opened.page.getByRole('heading', { level: 1, name: other }).waitFor()
    await opened.page.getByRole('table', { name: 'Layers' }).waitFor()
    await takePicture(opened.page, `image-${view.theme}-${view.width}`)
    expect(await problemsOf(opened.page)).toEqual([])
    expect(opened.errors).toEqual([])
    await opened.context.close()
  })

  // Two were refused on purpose: an image that is used, and a registry in the open.
  test('no page met another error', () =>
    expect(errors.filter((text) => !/status of (409|503)/.test(text))).toEqual([]))
})
