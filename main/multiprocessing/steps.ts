export * from '../threading/steps.ts'
