import { channels, errorCatalogue, type Operation, operations } from '@wheelhouse/contract'

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escape = (text: string): string => text.replace(/[&<>"]/g, (c) => entities[c] ?? c)

interface Property {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Property[]
  readonly $ref?: string
  readonly items?: Property
  readonly description?: string
}
const typeWord = (p: Property): string => {
  if (p.$ref) return p.$ref.split('/').at(-1) ?? ''
  if (p.enum) return p.enum.join(' | ')
  if (p.anyOf) return p.anyOf.map(typeWord).join(' | ')
  if (p.type === 'array') return `${p.items ? typeWord(p.items) : 'any'}[]`
  return p.type ?? 'any'
}

interface Described {
  readonly parameters?: readonly { name: string; in: string; required: boolean; schema: Property }[]
  readonly requestBody?: {
    content: Record<string, { schema: { properties?: Record<string, Property>; required?: readonly string[] } }>
  }
}

function fields(described: Described): string {
  const rows = (described.parameters ?? []).map((p) => [p.name, p.in, p.required, p.schema] as const)
  const body = described.requestBody?.content['application/json']?.schema
  const inBody = Object.entries(body?.properties ?? {}).map(
    ([name, schema]) => [name, 'body', body?.required?.includes(name) ?? false, schema] as const,
  )
  const all = [...rows, ...inBody]
  if (all.length === 0) return ''
  const line = ([name, where, required, schema]: (typeof all)[number]): string =>
    `<tr><td><code>${escape(name)}</code>${required ? '' : '?'}</td><td>${where}</td><td><code>${escape(typeWord(schema))}</code></td><td>${escape(schema.description ?? '')}</td></tr>`
  return `<table>${all.map(line).join('')}</table>`
}

function section(operation: Operation, described: Described): string {
  const danger = operation.danger === 'none' ? '' : ` · ${operation.danger}`
  const aliases = operation.aliases
    ? `<p class="meta">also ${operation.aliases.map((path) => `<code>${escape(path)}</code>`).join(' ')}</p>`
    : ''
  return `<section id="${operation.id}"><h3><span class="method">${operation.method}</span> <code>${escape(operation.path)}</code></h3>
<p>${escape(operation.summary)}.</p><p class="meta">${operation.id} · ${operation.permission}${danger}${operation.plan ? ' · ?dryRun=true answers the plan' : ''}${operation.kind === 'upload' ? ' · takes a body of bytes' : ''}</p>${aliases}${fields(described)}</section>`
}

/** The reference as one page without scripts, made from the same document as /openapi.json. */
export function docsPage(document: Record<string, unknown>): string {
  const paths = document.paths as Record<string, Record<string, Described>>
  const described = (o: Operation): Described =>
    paths[o.path.replace(/:(\w+)/g, '{$1}')]?.[o.method.toLowerCase()] ?? {}
  const domains = Map.groupBy(operations, (o) => o.domain)
  const nav = [...domains]
    .map(([name, list]) => `<li><a href="#${name}">${name}</a> <span>${list.length}</span></li>`)
    .join('')
  const body = [...domains]
    .map(([name, list]) => `<h2 id="${name}">${name}</h2>${list.map((o) => section(o, described(o))).join('')}`)
    .join('')
  const errors = Object.entries(errorCatalogue).map(
    ([code, row]) => `<tr><td><code>${code}</code></td><td>${row.status}</td><td>${escape(row.message)}</td></tr>`,
  )
  const streams = Object.entries(channels).map(
    ([name, c]) => `<tr><td><code>${name}</code></td><td>${c.permission}</td><td>${escape(c.summary)}</td></tr>`,
  )
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Wheelhouse API</title><link rel="icon" href="/mark.svg" type="image/svg+xml"><link rel="stylesheet" href="/docs/docs.css"></head>
<body><nav><a class="brand" href="/">Wheelhouse</a><ul>${nav}<li><a href="#channels">channels</a></li><li><a href="#errors">errors</a></li><li><a href="/openapi.json">openapi.json</a></li></ul></nav>
<main><h1>API reference</h1><p>Send <code>Authorization: Bearer &lt;token&gt;</code>: an access token from <code>POST /api/v1/auth/login</code>, or an API token. Lists answer <code>items</code> and <code>nextCursor</code>; pass it on as <code>cursor</code>. Mutations take an <code>Idempotency-Key</code>.</p>
${body}<h2 id="channels">channels</h2><p>One socket, <code>/ws</code>: send <code>{"type":"subscribe","sub":"1","channel":"system"}</code>. Offer the sub-protocols <code>wheelhouse.v1</code> and <code>ticket.&lt;ticket&gt;</code> from <code>POST /api/v1/auth/ticket</code>.</p><table>${streams.join('')}</table>
<h2 id="errors">errors</h2><table>${errors.join('')}</table></main></body></html>`
}

export const docsStyle = `:root{color-scheme:light dark;--ink:light-dark(#1b2327,#eef2f4);--dim:light-dark(#56646b,#9aa8af);--line:light-dark(#dfe5e8,#2b363c);--ground:light-dark(#fbfcfd,#12181b);--soft:light-dark(#eef3f5,#1a2226)}
*{box-sizing:border-box}body{margin:0;display:grid;grid-template-columns:212px 1fr;font:14px/1.5 ui-sans-serif,system-ui,sans-serif;color:var(--ink);background:var(--ground)}
nav{position:sticky;top:0;height:100vh;overflow:auto;padding:16px;border-right:1px solid var(--line)}nav ul{list-style:none;padding:0}nav li{padding:3px 0}nav span,.meta{color:var(--dim);font-size:12px}a{color:inherit}.brand{font-weight:600;text-decoration:none}
main{padding:24px 32px;max-width:1000px;min-width:0}h1{font-size:22px}h2{margin-top:40px;border-bottom:1px solid var(--line)}h3{font-size:14px;margin:24px 0 4px}section p{margin:2px 0}.method{display:inline-block;min-width:56px;font-size:12px}
code{font:12px ui-monospace,monospace;overflow-wrap:anywhere}table{border-collapse:collapse;width:100%;margin:8px 0}td{border-top:1px solid var(--line);padding:4px 8px;vertical-align:top}
@media(max-width:767px){body{display:block}nav{position:static;height:auto}main{padding:16px}}`
