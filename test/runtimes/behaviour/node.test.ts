import { playSuite } from './suite.ts'

playSuite('node')
