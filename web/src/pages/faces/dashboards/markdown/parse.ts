/** A piece of running text. There is no piece that holds HTML: what looks like it is text. */
export type Inline =
  | { readonly kind: 'text' | 'code'; readonly text: string }
  | { readonly kind: 'strong' | 'em' | 'strike'; readonly parts: readonly Inline[] }
  | { readonly kind: 'link'; readonly href: string; readonly parts: readonly Inline[] }
export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly parts: readonly Inline[] }
  | { readonly kind: 'paragraph' | 'quote'; readonly parts: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] }
  | { readonly kind: 'rule' }

const deepest = 6

/** Where a link may lead: pages of ours, and the web. Everything else, such as a script, leads nowhere. */
export function safeHref(text: string): string | null {
  const href = text.trim()
  if (/^\/(?![/\\])/.test(href)) return href
  try {
    const url = new URL(href)
    return url.protocol === 'https:' || url.protocol === 'http:' || url.protocol === 'mailto:' ? url.href : null
  } catch {
    return null
  }
}

const marks =
  /(`[^`\n]+`)|(\*\*(?=\S)[^\n]*?\S\*\*)|(\*(?=[^\s*])[^*\n]*?[^\s*]\*(?!\*))|(~~(?=\S)[^\n]*?\S~~)|(\[[^\]\n]{1,500}\]\([^()\s]{1,2000}\))|(https?:\/\/[^\s<>"')\]]+)/

export function inlines(text: string, depth = 0): Inline[] {
  const found: Inline[] = []
  let rest = text
  while (rest !== '') {
    const hit = depth < deepest ? marks.exec(rest) : null
    if (!hit) return [...found, { kind: 'text', text: rest }]
    if (hit.index > 0) found.push({ kind: 'text', text: rest.slice(0, hit.index) })
    found.push(inlineOf(hit[0], depth))
    rest = rest.slice(hit.index + hit[0].length)
  }
  return found
}

function inlineOf(mark: string, depth: number): Inline {
  const within = (cut: number): Inline[] => inlines(mark.slice(cut, -cut), depth + 1)
  if (mark.startsWith('`')) return { kind: 'code', text: mark.slice(1, -1) }
  if (mark.startsWith('**')) return { kind: 'strong', parts: within(2) }
  if (mark.startsWith('~~')) return { kind: 'strike', parts: within(2) }
  if (mark.startsWith('*')) return { kind: 'em', parts: within(1) }
  const [, label = mark, target = mark] = /^\[([^\]]+)\]\(([^()\s]+)\)$/.exec(mark) ?? []
  const href = safeHref(target)
  return href === null ? { kind: 'text', text: mark } : { kind: 'link', href, parts: [{ kind: 'text', text: label }] }
}

const isBreak = (line: string): boolean =>
  /^(#{1,6} |```|>|[-*+] |\d{1,9}[.)] |(-{3,}|\*{3,})\s*$)/.test(line) || line.trim() === ''

/** A small part of Markdown: headings, paragraphs, lists, quotes, code, rules; links, strong, emphasis. */
export function blocks(text: string): Block[] {
  const lines = text.replaceAll('\r\n', '\n').split('\n')
  const found: Block[] = []
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? ''
    const heading = /^(#{1,6}) +(.*?)#*$/.exec(line)
    if (line.trim() === '') at++
    else if (line.startsWith('```')) {
      const end = lines.findIndex((each, index) => index > at && each.startsWith('```'))
      const stop = end < 0 ? lines.length : end
      found.push({ kind: 'code', text: lines.slice(at + 1, stop).join('\n') })
      at = stop + 1
    } else if (heading) {
      found.push({
        kind: 'heading',
        level: Math.min(3, heading[1]?.length ?? 1) as 1 | 2 | 3,
        parts: inlines(heading[2] ?? ''),
      })
      at++
    } else if (/^(-{3,}|\*{3,})\s*$/.test(line)) {
      found.push({ kind: 'rule' })
      at++
    } else if (line.startsWith('>')) {
      const end = endOf(lines, at, (each) => each.startsWith('>'))
      found.push({
        kind: 'quote',
        parts: inlines(
          lines
            .slice(at, end)
            .map((each) => each.replace(/^> ?/, ''))
            .join(' '),
        ),
      })
      at = end
    } else if (/^([-*+]|\d{1,9}[.)]) /.test(line)) {
      const ordered = /^\d/.test(line)
      const item = ordered ? /^\d{1,9}[.)] +/ : /^[-*+] +/
      const end = endOf(lines, at, (each) => item.test(each) || /^ {2,}\S/.test(each))
      found.push({ kind: 'list', ordered, items: itemsOf(lines.slice(at, end), item) })
      at = end
    } else {
      const end = endOf(lines, at + 1, (each) => !isBreak(each))
      found.push({ kind: 'paragraph', parts: inlines(lines.slice(at, end).join(' ')) })
      at = end
    }
  }
  return found
}

function endOf(lines: readonly string[], from: number, holds: (line: string) => boolean): number {
  let end = from
  while (end < lines.length && holds(lines[end] ?? '')) end++
  return end
}

function itemsOf(lines: readonly string[], item: RegExp): Inline[][] {
  const items: string[] = []
  for (const line of lines) {
    if (item.test(line)) items.push(line.replace(item, ''))
    else items[items.length - 1] = `${items.at(-1) ?? ''} ${line.trim()}`
  }
  return items.map((text) => inlines(text))
}
