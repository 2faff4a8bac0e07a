import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { where } from '../needs.ts'
import { password } from './running-house.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const pictures = resolve(import.meta.dirname, '../../test-results/pictures')

// The network is closed to the browser beyond this machine: without these it keeps knocking.
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: where('chromium'), headless: true, args: quiet })

export interface View {
  readonly theme: 'light' | 'dark'
  readonly width: 'wide' | 'phone'
}
export const views: readonly View[] = [
  { theme: 'dark', width: 'wide' },
  { theme: 'light', width: 'wide' },
  { theme: 'dark', width: 'phone' },
]

/** A page with a fresh profile that notes every error it meets. */
export async function openPage(
  browser: Browser,
  origin: string,
  view: View,
): Promise<{ page: Page; context: BrowserContext; errors: string[] }> {
  const phone = view.width === 'phone'
  const context = await browser.newContext({
    baseURL: origin,
    viewport: phone ? { width: 390, height: 844 } : { width: 1440, height: 900 },
    colorScheme: view.theme,
    hasTouch: phone,
    isMobile: phone,
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  const goto = page.goto.bind(page)
  page.goto = async (address, options) => {
    for (let tries = 1; ; tries++) {
      try {
        return await goto(address, options)
      } catch (error) {
        if (tries === 5 || !/ERR_NETWORK_CHANGED|ERR_ABORTED/.test((error as Error).message)) throw error
        // A container that starts changes the machine's networks, and Chromium drops what it was loading.
        await page.waitForTimeout(500)
      }
    }
  }
  const errors: string[] = []
  page.on('pageerror', (error) => {
    // A page that is left, or a network that changed, cuts off what was being loaded. Where it is needed, the page is not there.
    if (!error.message.startsWith('Failed to fetch dynamically imported module')) errors.push(error.message)
  })
  page.on('console', (message) => {
    // A container that starts changes the machine's networks; Chromium then retries by itself.
    const expected = /ERR_NETWORK_CHANGED|401 \(Unauthorized\)/.test(message.text())
    if (message.type() === 'error' && !expected) errors.push(message.text())
  })
  return { page, context, errors }
}

export async function signIn(page: Page): Promise<void> {
  const username = page.locator('input[autocomplete=username]')
  for (let tries = 0; tries < 4 && !(await username.isVisible()); tries++) {
    await page.goto('/login')
    // What a changed network cut off is not loaded again by itself.
    await username.waitFor({ timeout: 20_000 }).catch(() => undefined)
  }
  await username.fill('admin')
  await page.locator('input[type=password]').fill(password)
  await page.keyboard.press('Enter')
  await page.waitForURL((url) => !url.pathname.startsWith('/login'))
  // Until the page it leads to is there, a navigation of ours would collide with its own.
  await page.locator('h1').first().waitFor()
  await page.waitForLoadState('load')
}

export async function takePicture(page: Page, name: string): Promise<void> {
  mkdirSync(pictures, { recursive: true })
  await page.screenshot({ path: join(pictures, `${name}.png`) })
}

interface Axe {
  run(options: object): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>
}

/** Serious accessibility problems by axe's rules, and whether the page scrolls sideways; empty when all is well. */
export async function problemsOf(page: Page): Promise<string[]> {
  // On a busy machine the words are there before their styles and fonts are.
  await page.waitForLoadState('load')
  await page.evaluate(
    'document.fonts.ready.then(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))))',
  )
  // Through the debugger, not as a script of the page: its policy allows none but its own.
  await page.evaluate(axe)
  const violations = await page.evaluate(async () => {
    const engine = (globalThis as unknown as { axe: Axe }).axe
    const found = await engine.run({ resultTypes: ['violations'] })
    return found.violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(
        ({ id, nodes }) =>
          `${id}: ${nodes
            .slice(0, 3)
            .map(({ html }) => html.slice(0, 160))
            .join(' | ')}`,
      )
  })
  const sideways = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )
  return sideways > 0 ? [...violations, `it scrolls sideways by ${sideways} px`] : violations
}
