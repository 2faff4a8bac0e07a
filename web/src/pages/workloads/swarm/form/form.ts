import type { SwarmServiceDraft } from '@wheelhouse/contract'
import type { WrongOf } from '../../containers/form/field-reader.ts'

/** A Swarm service as fields of a page: texts as they are typed. Empty is the engine's own default. */
export interface Form {
  readonly name: string
  readonly image: string
  readonly mode: string
  readonly replicas: string
  readonly completions: string
  readonly concurrent: string
  readonly command: string
  readonly arguments: string
  readonly environment: string
  readonly labels: string
  readonly containerLabels: string
  readonly ports: string
  readonly endpointMode: string
  readonly networks: string
  readonly mounts: string
  readonly secrets: string
  readonly configs: string
  readonly healthKind: string
  readonly healthTest: string
  readonly healthInterval: string
  readonly healthTimeout: string
  readonly healthStart: string
  readonly healthRetries: string
  readonly memory: string
  readonly cpus: string
  readonly pids: string
  readonly memoryReserved: string
  readonly cpusReserved: string
  readonly constraints: string
  readonly spread: string
  readonly maxPerNode: string
  readonly restart: string
  readonly restartDelay: string
  readonly restartAttempts: string
  readonly restartWindow: string
  readonly parallelism: string
  readonly delay: string
  readonly monitor: string
  readonly failures: string
  readonly onFailure: string
  readonly order: string
  readonly backParallelism: string
  readonly backDelay: string
  readonly backMonitor: string
  readonly backFailures: string
  readonly backOnFailure: string
  readonly backOrder: string
  readonly user: string
  readonly workingDirectory: string
  readonly hostname: string
  readonly capAdd: string
  readonly capDrop: string
  readonly stopSignal: string
  readonly stopGrace: string
  readonly logDriver: string
  readonly logOptions: string
  readonly init: boolean
  readonly readOnly: boolean
  readonly tty: boolean
}
export type Wrong = WrongOf<Form>

export const emptyForm: Form = {
  name: '',
  image: '',
  mode: 'replicated',
  replicas: '1',
  completions: '1',
  concurrent: '',
  command: '',
  arguments: '',
  environment: '',
  labels: '',
  containerLabels: '',
  ports: '',
  endpointMode: '',
  networks: '',
  mounts: '',
  secrets: '',
  configs: '',
  healthKind: 'image',
  healthTest: '',
  healthInterval: '',
  healthTimeout: '',
  healthStart: '',
  healthRetries: '',
  memory: '',
  cpus: '',
  pids: '',
  memoryReserved: '',
  cpusReserved: '',
  constraints: '',
  spread: '',
  maxPerNode: '',
  restart: '',
  restartDelay: '',
  restartAttempts: '',
  restartWindow: '',
  parallelism: '',
  delay: '',
  monitor: '',
  failures: '',
  onFailure: '',
  order: '',
  backParallelism: '',
  backDelay: '',
  backMonitor: '',
  backFailures: '',
  backOnFailure: '',
  backOrder: '',
  user: '',
  workingDirectory: '',
  hostname: '',
  capAdd: '',
  capDrop: '',
  stopSignal: '',
  stopGrace: '',
  logDriver: '',
  logOptions: '',
  init: false,
  readOnly: false,
  tty: false,
}

/** A new service starts with an update policy that undoes what fails: that of the engine stops half-way. */
export const newForm: Form = { ...emptyForm, onFailure: 'rollback' }

/** What was read of a form: the draft as far as it goes, and what is wrong with the rest. */
export interface ReadForm {
  readonly draft: SwarmServiceDraft
  readonly wrong: Wrong
}
