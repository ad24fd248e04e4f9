/* Addresses of analyze/ and their answers, as the server writes them. */
import type { Problem, RecordRow } from '../app/contract';
import type { GridFigure, Receipt } from '../collect/contract';

export interface Indicator extends RecordRow {
	code: string;
	name_vi: string;
	name_en: string;
	domain: string | null;
	measure_vi: string | null;
	measure_en: string | null;
	period: 'daily' | 'weekly' | 'monthly' | 'quarterly' | 'half_yearly' | 'yearly';
	scope: 'province' | 'department' | 'commune';
	owner: string | null;
	breakdowns: string[];
	decimals: number;
	min: string | null;
	max: string | null;
	aggregate_units: string;
	direction: 'up' | 'down' | 'none';
	target: string | null;
	sum_of: string[];
	document: string | null;
	openness: string;
	definition_vi: string | null;
	definition_en: string | null;
	source_code: string | null;
	tags: string[];
}
export interface Total { period: string; value: string | null; n: number; of: number; provisional: number; updated: string | null }
export interface StoryStep {
	what: 'received' | 'corrected' | 'approved' | 'returned' | 'withdrawn' | 'submitted';
	at: string | null;
	by: string | null;
	figure: string;
	value?: string | null;
	revision?: number;
	remark?: string | null;
	reason?: string | null;
	delivery?: string;
	source?: 'form' | 'file' | 'api';
	file?: string | null;
	sheet?: string | null;
	cell?: string | null;
	row?: number;
	receipt?: Receipt;
}
export interface Lineage { figure: GridFigure; story: StoryStep[]; revisions: GridFigure[] }

type Query = Record<string, string | number | boolean | string[] | undefined>;
interface Read<T, P> {
	get: {
		parameters: P extends undefined ? { query?: Query; path?: never } : { query?: Query; path: P };
		responses: { 200: { content: { 'application/json': T } }; default: { content: { 'application/problem+json': Problem } } };
	};
}

declare module '../app/contract' {
	interface paths {
		'/api/v1/figures/summary': Read<List<Total> & { indicator: string }, undefined>;
		'/api/v1/figures/{id}': Read<GridFigure, { id: string }>;
		'/api/v1/figures/{id}/lineage': Read<Lineage, { id: string }>;
	}
}
