import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'

const pictures = resolve(import.meta.dirname, '../../test-results/pictures')

export interface Look {
  readonly theme: 'light' | 'dark'
  readonly width: number
}

/** A page of someone who is signed in; it notes every error it meets. */
export async function signedInPage(
  browser: Browser,
  origin: string,
  { theme, width }: Look,
): Promise<{ page: Page; context: BrowserContext; errors: string[] }> {
  const phone = width < 768
  const context = await browser.newContext({
    baseURL: origin,
    viewport: { width, height: phone ? 844 : 950 },
    colorScheme: theme,
    hasTouch: phone,
    isMobile: phone,
    reducedMotion: 'reduce',
  })
  await context.addInitScript(() => localStorage.setItem('wheelhouse.signed-in', '1'))
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    // Containers that start elsewhere change the machine's networks; Chromium then retries by itself.
    if (message.type() === 'error' && !message.text().includes('ERR_NETWORK_CHANGED')) errors.push(message.text())
  })
  return { page, context, errors }
}

export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(pictures, { recursive: true })
  await page.screenshot({ path: join(pictures, `${name}.png`) })
}
