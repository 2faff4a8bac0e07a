import type { Service } from '@wheelhouse/contract'
import { AddressRefused, guardedCall, troubleWords } from '../../../inventory/outbound/index.ts'
import type { Registry } from '../../../inventory/targets/index.ts'
import { addressOf, type Endpoint } from './endpoints.ts'
import { readText, type ScrapedText } from './text-format.ts'

/** What an endpoint answered, or why it did not. */
export type Told =
  | { readonly text: ScrapedText; readonly problem: null; readonly tookMs: number }
  | { readonly text: null; readonly problem: string; readonly tookMs: number }

/** Series that are kept of one endpoint. */
export const mostSeries = 500
const mostBytes = 8 * 1024 * 1024
const timeoutMs = 8_000

/** Asks an endpoint once. Never throws. */
export async function ask(
  registry: Registry,
  service: Service,
  endpoint: Omit<Endpoint, 'intervalMs'>,
  stopped: AbortSignal,
): Promise<Told> {
  const since = performance.now()
  const told = (problem: string): Told => ({ text: null, problem, tookMs: Math.round(performance.now() - since) })
  try {
    const url = await addressOf(registry, service, endpoint)
    if (url === null)
      return told(`Port ${endpoint.port} is not reached from here: publish it, or run Wheelhouse on the same machine.`)
    const { status, body } = await guardedCall(url, {
      headers: {
        accept: 'text/plain;version=0.0.4, application/openmetrics-text;q=0.5, */*;q=0.1',
        'user-agent': 'wheelhouse-scrape',
        ...endpoint.headers,
      },
      readBytes: mostBytes,
      signal: AbortSignal.any([stopped, AbortSignal.timeout(timeoutMs)]),
    })
    if (status !== 200) return told(`It answered ${status}, not 200.`)
    if (body.length >= mostBytes) return told(`It answered more than ${mostBytes / 1024 / 1024} MB.`)
    const text = readText(body.toString('utf8'), mostSeries)
    if (text === null) return told('It answered no metrics in the text format of Prometheus. Check port and path.')
    return { text, problem: null, tookMs: Math.round(performance.now() - since) }
  } catch (error) {
    if (error instanceof AddressRefused) return told(`${error.message}.`)
    const { name } = error as Error
    if (name === 'TimeoutError' || name === 'AbortError') return told(`It did not answer within ${timeoutMs / 1000} s.`)
    return told(`It ${troubleWords(error) ?? `failed: ${(error as Error).message}`}.`)
  }
}
