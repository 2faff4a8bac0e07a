import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { openApi } from '../server/src/faces/api-docs/openapi.ts'
import { manifestJsonSchema } from '../server/src/workloads/stacks/manifest/json-schema.ts'
import { architectureMap } from './architecture-map.ts'
import { withTables } from './manifest-tables.ts'
import { settings } from '../server/src/settings.ts'
import manifest from '../package.json' with { type: 'json' }

const root = resolve(import.meta.dirname, '..')

function settingsReference(): string {
  const rows = Object.entries(settings).map(([key, { variable, description, ...rest }]) => {
    const flag = 'flag' in rest ? `\`--${rest.flag}\`` : ''
    const shown = key === 'data' ? '$XDG_DATA_HOME/wheelhouse' : JSON.stringify(rest.default)
    return `| \`${key}\` | \`${variable}\` | ${flag} | ${shown === 'null' ? '' : `\`${shown}\``} | ${description} |`
  })
  return `# Settings

A flag counts before the environment, the environment before the file, the file before the default. The file is
\`settings.yaml\` in the data folder, or the one named by \`--config\` or \`WHEELHOUSE_CONFIG\`; its keys are those of the first
column. All are checked at start; an unsafe one warns.

| key | variable | flag | default | what it is |
|---|---|---|---|---|
${rows.join('\n')}
`
}

async function cliReference(): Promise<string | null> {
  const path = resolve(root, 'cli/src/reference.ts')
  if (!existsSync(path)) return null
  const room = (await import(path)) as { cliReference(): string }
  return room.cliReference()
}

/** The page is written by hand but for its map. */
function architecturePage(): string {
  const page = readFileSync(resolve(root, 'ARCHITECTURE.md'), 'utf8')
  return page.replace(/<!-- map -->[^]*<!-- \/map -->/, `<!-- map -->\n\n${architectureMap(root)}\n\n<!-- /map -->`)
}

/** A page written by hand but for its tables of keys. */
const withKeys = (name: string) => (): string => withTables(readFileSync(resolve(root, name), 'utf8'))

/** Files that are made from the code and kept in git, so that a review sees what a change does to them. */
const files: Readonly<Record<string, () => string | null | Promise<string | null>>> = {
  'openapi.json': () => `${JSON.stringify(openApi(manifest.version), null, 2)}\n`,
  'docs/settings.md': settingsReference,
  'docs/wheelhouse.schema.json': () => `${JSON.stringify(manifestJsonSchema(), null, 2)}\n`,
  'docs/stack-file.md': withKeys('docs/stack-file.md'),
  'docs/manifest.md': withKeys('docs/manifest.md'),
  'ARCHITECTURE.md': architecturePage,
  'docs/cli.md': cliReference,
}

const check = process.argv.includes('--check')
const stale: string[] = []
for (const [name, make] of Object.entries(files)) {
  const text = await make()
  if (text === null) continue
  const path = resolve(root, name)
  const same = existsSync(path) && readFileSync(path, 'utf8') === text
  if (same) continue
  stale.push(name)
  if (!check) writeFileSync(path, text)
}
if (stale.length > 0)
  console.log(check ? `out of date: ${stale.join(', ')}. Run npm run generate.` : `wrote ${stale.join(', ')}`)
if (check && stale.length > 0) process.exit(1)
