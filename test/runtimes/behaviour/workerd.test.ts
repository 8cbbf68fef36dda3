import { playSuite } from './suite.ts'

playSuite('workerd')
