import type { Client } from '@wheelhouse/client'
import type { Policy, PolicyRules } from '@wheelhouse/contract'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { readText } from '../../derived/input.ts'
import { changedRules, ruleDifferences } from '../../engine/policy-rules.ts'
import { usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { policyColumns, policyName, policyText } from '../../presentation/engine/policies.ts'
import { structured } from '../../presentation/output.ts'
import { table } from '../../presentation/table.ts'
import { confirm } from '../../prompt.ts'
import { nothingCalled } from '../../resolve.ts'

async function policyOf(client: Client, target: string | undefined): Promise<Policy> {
  const { items } = await client.policies.list({})
  const found = items.find((one) =>
    target === undefined ? one.targetId === null : one.targetId === target || one.targetName === target,
  )
  if (found) return found
  throw nothingCalled(
    'target',
    target ?? 'house',
    items.flatMap(({ targetName }) => targetName ?? []),
  )
}

export function defineGet(command: Command): void {
  command
    .argument('[target]', 'its policy; that of the house unless told')
    .option('--all', 'of the house and of every target')
  action(command, async (shell, { all }: { all?: boolean }, [target]) => {
    const { client } = await connect(shell)
    if (all) {
      const answer = await client.policies.list({})
      if (await structured(shell, answer)) return
      return shell.write(table(policyColumns, answer.items, shell.out, { headers: shell.globals.headers !== false }))
    }
    const policy = await policyOf(client, target)
    if (!(await structured(shell, policy))) shell.write(policyText(policy, shell.out))
  })
}

interface Set {
  file?: string
  set?: string[]
  add?: string[]
  remove?: string[]
  yes?: boolean
}

/** The rules of a file: alone, or as `-o yaml` of `wh policy get` prints them. */
async function rulesOfFile(path: string): Promise<PolicyRules> {
  const { parse } = await import('yaml')
  const read = parse(await readText(path, '--file')) as { rules?: PolicyRules } & PolicyRules
  if (typeof read !== 'object' || read === null) throw usage(`--file: ${path} holds no rules.`)
  return read.rules ?? read
}

const collect = (text: string, before: string[] = []): string[] => [...before, text]

export function defineSet(command: Command): void {
  command
    .argument('[target]', 'a policy of its own; that of the house unless told')
    .option('-f, --file <file>', 'all rules from YAML or JSON, - for standard input')
    .option('--set <rule=yes>', 'such as privileged=no, host-network=yes', collect)
    .option('--add <list=value>', 'such as bind-folders=/srv, images=registry.example.com/*', collect)
    .option('--remove <list=value>', 'take a value out of a list', collect)
    .option('-y, --yes', 'do not ask')
  action(command, async (shell, { file, set = [], add = [], remove = [], yes }: Set, [target]) => {
    if (file === undefined && set.length + add.length + remove.length === 0)
      throw usage('Say what is to change: wh policy set --set privileged=no --add bind-folders=/srv.')
    const { client } = await connect(shell)
    const before = await policyOf(client, target)
    const start = file === undefined ? before.rules : await rulesOfFile(file)
    const rules = changedRules(start, { set, add, remove })
    const differences = ruleDifferences(before.rules, rules)
    const own = before.targetId !== null && !before.own
    if (differences.length === 0 && !own) return shell.say('Nothing would change.', 'dim')
    if (own)
      shell.say(`${policyName(before)} gets a policy of its own; that of the house does not count there any more.`)
    shell.say(differences.map((line) => `  ${line}\n`).join(''))
    await confirm(shell, `Change the policy of ${policyName(before)}?`, yes)
    const after = await client.policies.set({ ...(before.targetId === null ? {} : { target: before.targetId }), rules })
    if (!(await structured(shell, after))) shell.say(`The policy of ${policyName(after)} is changed.`, 'green')
  })
}

export function defineClear(command: Command): void {
  command.argument('<target>').option('-y, --yes', 'do not ask')
  action(command, async (shell, { yes }: { yes?: boolean }, [target = '']) => {
    const { client } = await connect(shell)
    const policy = await policyOf(client, target)
    if (!policy.own) return shell.say(`${policyName(policy)} follows the house already.`, 'dim')
    await confirm(shell, `Drop the policy of ${policyName(policy)}, so that it follows the house?`, yes)
    const answer = await client.policies.clear({ target: policy.targetId ?? target })
    if (!(await structured(shell, answer))) shell.say(`${policyName(policy)} follows the house.`, 'green')
  })
}
