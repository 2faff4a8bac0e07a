export { createSwitch, type Switch, type SwitchSettings, switchProgram } from './client.ts'
