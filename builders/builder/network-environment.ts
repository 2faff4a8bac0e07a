/** How this machine reaches registries: through which proxy, and whose certificates it trusts there. */
const names = [
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'ALL_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'all_proxy',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'NODE_EXTRA_CA_CERTS',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'GIT_SSL_CAINFO',
] as const

/** Those that are set here. Without them a build behind a company's proxy or authority fetches nothing. */
export function networkEnvironment(): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/** Passwords within the addresses of proxies, as they are written there and as they are meant. */
export function proxyPasswords(environment: Readonly<Record<string, string>>): string[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    const written = /_proxy$/i.test(name) ? /^[^/]*\/\/[^/@:]*:([^/]*)@/.exec(value)?.[1] : undefined
    if (written === undefined) return []
    try {
      return [written, decodeURIComponent(written)]
    } catch {
      return [written]
    }
  })
}
