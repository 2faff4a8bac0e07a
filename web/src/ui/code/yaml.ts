export interface Token {
  readonly text: string
  readonly cls: string
}

/** Colours for one line of YAML: key, string, number, word, comment. Enough to read by, not a parser. */
export function yamlTokens(line: string): Token[] {
  const comment = /(^|\s)#.*$/.exec(line)
  const body = comment ? line.slice(0, comment.index) : line
  const out: Token[] = []
  const key = /^(\s*(?:- )*)([^\s:#'"{[][^:#]*|"[^"]*"|'[^']*')(:)(?=\s|$)/.exec(body)
  let rest = body
  if (key) {
    out.push({ text: key[1] ?? '', cls: '' }, { text: key[2] ?? '', cls: 'ck' }, { text: ':', cls: '' })
    rest = body.slice(key[0].length)
  }
  for (const part of rest.split(/("[^"]*"|'[^']*'|\$\{[^}]*\})/)) {
    if (/^["']/.test(part)) out.push({ text: part, cls: 'cs' })
    else if (part.startsWith('${')) out.push({ text: part, cls: 'cw' })
    else if (/^\s*-?\d+(\.\d+)?\s*$/.test(part)) out.push({ text: part, cls: 'cn' })
    else if (/^\s*(true|false|null|~)\s*$/.test(part)) out.push({ text: part, cls: 'cw' })
    else if (part !== '') out.push({ text: part, cls: key ? 'cs' : '' })
  }
  if (comment) out.push({ text: line.slice(comment.index), cls: 'cc' })
  return out
}
