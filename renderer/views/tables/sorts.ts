import { SvelteMap } from 'svelte/reactivity'
import type { Sort, TableName } from './table.ts'

/** How each table is sorted in this window, also while another tab is open. */
export const sorts = new SvelteMap<TableName, Sort>()
