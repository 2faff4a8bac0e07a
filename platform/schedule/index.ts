export { cronTrouble, nextAfter, occurrences } from './cron.ts'
export { type Clock, type Due, Scheduler, type SchedulerParts, systemClock } from './scheduler.ts'
