import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A registry whose sign-in goes by tokens of a service of its own, as the public ones do it. It is a stand-in. */
export interface TokenRegistry {
  readonly address: string
  readonly asked: { path: string; authorization: string | null }[]
  /** What the blob address leads to. */
  redirectBlobs: string | null
  close(): Promise<void>
}

export const account = { username: 'robot', password: 'correct-token-password' }
const digest = `sha256:${'a'.repeat(64)}`
const config = `sha256:${'b'.repeat(64)}`

export async function openTokenRegistry(): Promise<TokenRegistry> {
  const asked: TokenRegistry['asked'] = []
  const state = { redirectBlobs: null as string | null }
  const answer = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? '/', 'http://x')
    const authorization = request.headers.authorization ?? null
    asked.push({ path: url.pathname + url.search, authorization })
    const scope = url.searchParams.get('scope') ?? ''
    if (url.pathname === '/token') {
      const basic = `Basic ${btoa(`${account.username}:${account.password}`)}`
      if (authorization !== basic) return void answer(response, 401, {})
      return void answer(response, 200, { token: `for ${scope}` })
    }
    const needed = url.pathname.startsWith('/v2/shop/web/') ? 'repository:shop/web:pull' : ''
    if (!authorization?.startsWith('Bearer ') || (needed !== '' && authorization !== `Bearer for ${needed}`)) {
      const realm = `http://${request.headers.host}/token`
      const wants = needed === '' ? '' : `,scope="${needed}"`
      return void answer(response, 401, {}, { 'www-authenticate': `Bearer realm="${realm}",service="test"${wants}` })
    }
    if (url.pathname === '/v2/') return void answer(response, 200, {})
    if (url.pathname === '/v2/shop/web/tags/list') {
      const more = url.searchParams.get('last') === null
      const link = more ? { link: '</v2/shop/web/tags/list?last=1&n=1>; rel="next"' } : {}
      return void answer(response, 200, { tags: [more ? '1' : '2'] }, link as Record<string, string>)
    }
    if (url.pathname === '/v2/shop/web/manifests/1')
      return void answer(
        response,
        200,
        { config: { digest: config }, layers: [{ size: 5 }, { size: 7 }] },
        { 'docker-content-digest': digest },
      )
    if (url.pathname === '/v2/shop/web/manifests/2')
      return void answer(
        response,
        200,
        {
          manifests: [
            { platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
            { platform: { os: 'linux', architecture: 'amd64' } },
            { platform: { os: 'unknown', architecture: 'unknown' } },
          ],
        },
        { 'docker-content-digest': `sha256:${'c'.repeat(64)}` },
      )
    if (url.pathname.startsWith('/v2/shop/web/blobs/')) {
      if (state.redirectBlobs !== null) return void response.writeHead(307, { location: state.redirectBlobs }).end()
      return void answer(response, 200, { os: 'linux', architecture: 'amd64', created: '2026-01-02T03:04:05.678901Z' })
    }
    answer(response, 404, {})
  }
  const server = createServer(handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    address: `127.0.0.1:${port}`,
    asked,
    get redirectBlobs() {
      return state.redirectBlobs
    },
    set redirectBlobs(to) {
      state.redirectBlobs = to
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
