import { playSuite } from './suite.ts'

playSuite('deno')
