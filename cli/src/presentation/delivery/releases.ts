import type { Difference, Release } from '@wheelhouse/contract'
import { type Field, fields, heading, indented } from '../block.ts'
import { type Look, paint } from '../look.ts'
import { glyph, stateCell } from '../state.ts'
import { type Column, table } from '../table.ts'
import { age, bytes, clock } from '../units.ts'
import { clean } from '../width.ts'

const revision = (release: Release): string => {
  const { revision, dirty } = release.source
  return revision === null ? '-' : `${revision.slice(0, 10)}${dirty ? '+' : ''}`
}

export const releaseColumns: readonly Column<Release>[] = [
  { head: 'RELEASE', cell: (r) => ({ text: `${r.stack}/${r.environment}#${r.number}`, paint: 'bold' }), shrink: 14 },
  { head: 'STATE', cell: (r, look) => stateCell(r.state, look) },
  { head: 'PINNED', sparse: true, cell: (r) => (r.pinned ? 'pinned' : ''), drop: 5 },
  { head: 'SOURCE', cell: revision, drop: 4 },
  { head: 'SIZE', align: 'right', cell: (r) => bytes(r.sizeBytes), drop: 6 },
  { head: 'AGE', align: 'right', cell: (r, look) => age(r.createdAt, look.now), drop: 3 },
  { head: 'BY', cell: (r) => r.createdBy, drop: 7 },
  { head: 'MIGRATED', sparse: true, cell: (r) => ({ text: r.migrated ? 'migrated' : '', paint: 'yellow' }), drop: 8 },
  {
    head: 'FROM',
    sparse: true,
    cell: (r) => (r.promotedFrom === null ? '' : `${r.promotedFrom.environment}#${r.promotedFrom.number}`),
    drop: 9,
  },
  {
    head: 'CONFIG',
    wide: true,
    cell: (r) => (r.config === null ? '-' : `${r.config.set} v${r.config.version}`),
    drop: 10,
  },
  { head: 'ID', wide: true, cell: (r) => ({ text: r.id, paint: 'dim' }), drop: 11 },
  { head: 'MESSAGE', sparse: true, shrink: 16, cell: (r) => ({ text: r.source.message ?? '', paint: 'dim' }) },
]

const artefactColumns: readonly Column<Release['artefacts'][number]>[] = [
  { head: 'APP', cell: (a) => a.app },
  { head: 'BUILDER', cell: (a) => a.builder },
  { head: 'SIZE', align: 'right', cell: (a) => bytes(a.sizeBytes) },
  { head: '', sparse: true, cell: (a) => ({ text: a.reused ? 'reused' : '', paint: 'dim' }) },
  { head: 'DIGEST', cell: (a) => ({ text: a.digest, paint: 'dim' }), shrink: 12 },
]
const serviceColumns: readonly Column<Release['services'][number]>[] = [
  { head: 'SERVICE', cell: (s) => s.name },
  { head: 'IMAGE', sparse: true, cell: (s) => s.image ?? '' },
  { head: 'DIGEST', cell: (s) => ({ text: s.digest, paint: 'dim' }), shrink: 12 },
]

export function releaseText(release: Release, look: Look): string {
  const mark = glyph(release.state, look)
  const rows: Field[] = [
    ['id', release.id],
    ['pinned', release.pinned ? 'yes, kept until it is unpinned' : null],
    ['folder', release.source.directory],
    ['revision', release.source.revision && release.source.revision + (release.source.dirty ? ', with changes' : '')],
    ['message', release.source.message],
    ['config', release.config && `${release.config.set}, version ${release.config.version}`],
    ['secrets', release.secrets.map((secret) => `${secret.name} v${secret.version}`).join(', ')],
    ['template', release.template],
    ['size', bytes(release.sizeBytes)],
    ['migrated', release.migrated ? 'yes' : null, 'yellow'],
    ['backup', release.backupId],
    [
      'promoted from',
      release.promotedFrom && `${release.promotedFrom.environment}, release ${release.promotedFrom.number}`,
    ],
    ['deployment', release.deploymentId],
    ['made', `${clock(release.createdAt, look.now)} by ${release.createdBy}`],
  ]
  const title = `${release.stack}/${release.environment}#${release.number}`
  const part = (name: string, text: string): string => (text === '' ? '' : heading(name, look) + indented(text))
  return (
    `${paint(mark.text, mark.paint, look)} ${paint(clean(title), 'bold', look)}  ${paint(release.state, mark.paint, look)}\n` +
    fields(rows, look) +
    part('Artefacts', release.artefacts.length === 0 ? '' : table(artefactColumns, release.artefacts, look)) +
    part('Services', release.services.length === 0 ? '' : table(serviceColumns, release.services, look))
  )
}

const signs = { added: ['+', 'green'], removed: ['-', 'red'], changed: ['~', 'yellow'] } as const

/** A line a difference; where both sides have no value it is a secret, of which only that is known. */
export function differencesText(differences: readonly Difference[], look: Look): string {
  const arrow = look.unicode ? '→' : '->'
  return differences
    .map(({ kind, what, before, after }) => {
      const [sign, color] = signs[kind]
      const values = [before, after].filter((one) => one !== null).map(clean)
      return `  ${paint(sign, color, look)} ${clean(what)}${values.length > 0 ? `  ${values.join(` ${arrow} `)}` : ''}\n`
    })
    .join('')
}
