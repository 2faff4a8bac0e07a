export * from './builder.ts'
export { createMask, secretValues } from './mask-values.ts'
export { runSteps } from './run-steps.ts'
export { createStepRunner, runStep, type StepOutcome, type StepRunnerOptions } from './step-runner.ts'
