import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../command.ts'
import type { Component } from '../component.ts'
import { unpacked } from '../debian.ts'
import { subfolder } from '../place.ts'

/** Docker 26.1 of Debian trixie: engine, client and Compose. They run on bookworm with bookworm's runc. */
export function docker26(): Promise<string> {
  return unpacked('docker-trixie-1', 'trixie', ['docker.io', 'docker-cli', 'containerd', 'docker-compose'])
}

/** Nothing runs: suites start `docker --config <folder> compose` themselves. The client's configuration holds the plugin. */
export const compose: Component = {
  name: 'compose',
  async up() {
    const root = await docker26()
    const plugins = join(subfolder('docker-config'), 'cli-plugins')
    mkdirSync(plugins)
    symlinkSync(join(root, 'usr/libexec/docker/cli-plugins/docker-compose'), join(plugins, 'docker-compose'))
    const program = join(root, 'usr/bin/docker')
    const config = subfolder('docker-config')
    await run(program, ['--config', config, 'compose', 'version'])
    return { variables: { WHEELHOUSE_TEST_DOCKER_CLI: program, WHEELHOUSE_TEST_DOCKER_CONFIG: config } }
  },
  async down() {},
  async answers(memory) {
    const { WHEELHOUSE_TEST_DOCKER_CLI: program, WHEELHOUSE_TEST_DOCKER_CONFIG: config } =
      memory.variables.compose ?? {}
    if (!program || !config) return false
    return run(program, ['--config', config, 'compose', 'version']).then(
      () => true,
      () => false,
    )
  },
}
