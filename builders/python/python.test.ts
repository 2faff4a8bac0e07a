import { expect, it } from 'vitest'
import { builderConformance } from '../builder/conformance.ts'
import { python } from './index.ts'

builderConformance(python, {
  options: [{ tool: 'uv' }, { requirements: ['a.txt', 'b.txt'], project: true }, { requirements: [], venv: 'env' }],
  app: { 'requirements.txt': '', 'main.py': '' },
  other: { 'package.json': '{}' },
  made: { '.venv/bin/python': '', 'env/bin/python': '' },
})

const words = (options: object, files?: string[]) =>
  python.steps(python.schema.parse(options), {}, files).map(({ argv }) => argv.join(' '))

it('makes an environment of copies and installs into it', () => {
  const pip = './.venv/bin/python -m pip install --no-input --disable-pip-version-check'
  expect(words({})).toEqual(['python3 -m venv --copies .venv', `${pip} -r requirements.txt`])
  expect(words({}, ['pyproject.toml'])).toEqual(['python3 -m venv --copies .venv', `${pip} .`])
  expect(words({ project: true }, ['requirements.txt', 'pyproject.toml'])).toEqual([
    'python3 -m venv --copies .venv',
    `${pip} -r requirements.txt`,
    `${pip} .`,
  ])
})

it('does the same with uv, which goes by its lock file where there is one', () => {
  expect(words({ tool: 'uv' }, ['pyproject.toml', 'uv.lock'])).toEqual([
    'uv venv --relocatable --python python3 .venv',
    'uv sync --frozen --no-dev --no-editable',
  ])
  expect(words({ tool: 'uv', python: '3.12' }, ['requirements.txt'])).toEqual([
    'uv venv --relocatable --python 3.12 .venv',
    'uv pip install --python .venv/bin/python -r requirements.txt',
  ])
})
