import type { Certificate } from '@wheelhouse/contract'
import { type Field, fields } from '../block.ts'
import { type Look, paint } from '../look.ts'
import { glyph, stateCell } from '../state.ts'
import type { Column } from '../table.ts'
import { clock, count } from '../units.ts'
import { clean } from '../width.ts'

const left = (certificate: Certificate): string =>
  certificate.daysLeft < 0 ? `${count(-certificate.daysLeft, 'day')} over` : count(certificate.daysLeft, 'day')

export const certificateColumns: readonly Column<Certificate>[] = [
  { head: 'NAME', cell: (c) => ({ text: c.name, paint: 'bold' }), shrink: 12 },
  { head: 'STATE', cell: (c, look) => stateCell(c.state, look) },
  { head: 'LEFT', align: 'right', cell: left },
  { head: 'DOMAINS', cell: (c) => c.domains.join(', '), shrink: 14 },
  { head: 'SIGNED BY', cell: (c) => c.issuedBy, drop: 3 },
  { head: 'ISSUER', wide: true, cell: (c) => c.issuer, shrink: 12, drop: 4 },
  { head: 'FILE', wide: true, cell: (c) => c.certificateFile ?? '-', shrink: 12, drop: 5 },
  { head: 'ID', wide: true, cell: (c) => ({ text: c.id, paint: 'dim' }), drop: 6 },
]

export function certificateText(certificate: Certificate, look: Look): string {
  const mark = glyph(certificate.state, look)
  const rows: Field[] = [
    ['domains', certificate.domains.join(', ')],
    ['left', left(certificate), certificate.state === 'valid' ? undefined : 'yellow'],
    ['valid', `${clock(certificate.notBefore, look.now)} to ${clock(certificate.notAfter, look.now)}`],
    ['subject', certificate.subject],
    ['issuer', `${certificate.issuer} (${certificate.issuedBy})`],
    ['key', certificate.keyType],
    ['certificate file', certificate.certificateFile],
    ['key file', certificate.keyFile],
    ['fingerprint', certificate.fingerprint],
    ['id', certificate.id],
    ['made', `${clock(certificate.createdAt, look.now)} by ${certificate.createdBy}`],
  ]
  return `${paint(mark.text, mark.paint, look)} ${paint(clean(certificate.name), 'bold', look)}  ${paint(certificate.state, mark.paint, look)}\n${fields(rows, look)}`
}
