import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { renderTemplate, variablesOf } from './template-engine.ts'

let folder: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'wh-templates-')))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const write = (name: string, text: string): string => {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const values = { DB_HOST: 'db', DB_PASSWORD: `a<b>&"c'`, 'x.y': 'dotted', EMPTY: '' }
const render = (text: string, more: Record<string, string> = {}) =>
  renderTemplate(write('t/app.env.njk', text), 't/app.env.njk', variablesOf({ ...values, ...more }))

test('a value has three spellings, and nothing is escaped', () => {
  expect(render('{{ DB_HOST }} {{ db_host }} {{ config.DB_HOST }} {{ config["x.y"] }} [{{ empty }}]')).toBe(
    'db db db dotted []',
  )
  expect(render('{{ DB_PASSWORD }}')).toBe(values.DB_PASSWORD)
  expect(render('{% if config.NONE %}a{% else %}b{% endif %} {{ absent | default("c") }} {{ db_host | upper }}')).toBe(
    'b c DB',
  )
  expect(render('{{ db_host }}', { db_host: 'as written' })).toBe('as written')
  expect(renderTemplate(write('e', '{{ environment }}'), 'e', variablesOf({}, { environment: 'staging' }))).toBe(
    'staging',
  )
})

test('loops, macros, set and includes inside the folder work', () => {
  write('t/parts/db.njk', '{% macro line(name, value="1") %}{{ name }}={{ value }}{% endmacro %}')
  write('t/parts/tail.njk', 'tail of {{ db_host }}')
  expect(
    render(
      '{% import "parts/db.njk" as db %}{% set h = db_host %}{% for n in ["a", "b"] %}{{ db.line(n, h) }} {{ loop.index }};{% endfor %}{% include "parts/tail.njk" %}',
    ),
  ).toBe('a=db 1;b=db 2;tail of db')
})

test('a missing name is told with template, line and name', () => {
  expect(() => render('# one\nA={{ db_host }}\nB={{ DB_PROT }}\n')).toThrow(
    't/app.env.njk, line 3: DB_PROT has no value.',
  )
  expect(() => render('\n{{ config.NONE | upper }}{{ config.NOTHING }}')).toThrow(
    'line 2: config.NOTHING has no value.',
  )
  write('t/inner.njk', '\n\n{{ inner }}')
  expect(() => render('{% include "inner.njk" %}')).toThrow('inner.njk, line 3: inner has no value.')
  expect(() => render('\n{{ a b }}')).toThrow(/t\/app[.]env[.]njk, line 2: this is no template/)
})

test('no template is read outside the folder', () => {
  write('outside.njk', 'secret')
  mkdirSync(join(folder, 't'))
  symlinkSync(join(folder, 'outside.njk'), join(folder, 't/link.njk'))
  for (const name of ['../outside.njk', '/etc/passwd', 'link.njk', './../outside.njk', 'a/../../outside.njk'])
    for (const tag of [`{% include "${name}" %}`, `{% import "${name}" as x %}`, `{% extends "${name}" %}`])
      expect(() => render(tag), tag).toThrow(/outside the folder/)
  expect(() => render('{% include "none.njk" %}')).toThrow(/There is no template none[.]njk/)
})

test('nothing but data is reached: no constructor, no prototype, no function', () => {
  const attempts = [
    '{{ "".constructor }}',
    '{{ "".constructor.constructor("return process.pid")() }}',
    '{{ config.constructor.constructor("return process")().pid }}',
    '{{ constructor.constructor("return 7")() }}',
    '{{ [].map.constructor("return 7")() }}',
    '{{ config.__proto__ }}',
    '{{ __proto__.x }}',
    '{{ toString }}',
    '{{ config["const" + "ructor"] }}',
    '{{ range.constructor("return 7")() }}',
    '{{ cycler.constructor("return 7")() }}',
    '{{ loop }}',
    '{% macro m() %}{% endmacro %}{{ m.constructor("return 7")() }}',
    '{{ (["a"] | first).constructor }}',
    '{{ [config] | sort(false, false, "constructor") }}',
    '{{ [1] | groupby("constructor") }}',
    '{{ caller.constructor }}',
    '{{ self.constructor }}',
    '{{ db_host.toUpperCase() }}',
  ]
  for (const attempt of attempts) expect(() => render(attempt), attempt).toThrow()
  render('{% set __proto__ = config %}{% set constructor = "x" %}')
  expect(({} as { DB_HOST?: string }).DB_HOST).toBeUndefined()
})

test('an include without end ends', () => {
  write('t/round.njk', '{% include "round.njk" %}')
  expect(() => render('{% include "round.njk" %}')).toThrow(/CONFIG_INVALID|call stack|t\/app/)
})
