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
	what: 'derived' | 'received' | 'corrected' | 'approved' | 'returned' | 'withdrawn' | 'submitted';
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
	/** What a derived figure was computed from. */
	inputs?: GridFigure[];
	inputs_hidden?: number;
}
export interface Lineage { figure: GridFigure; story: StoryStep[]; revisions: GridFigure[] }

export interface Reason { code: string; unit: string | null; indicator: string | null; period: string | null; breakdown: string | null; vi: string; en: string }
export interface TermCell { figure: string | null; unit: string | null; unit_name: string | null; period: string; breakdown: string; value: string | null; provisional: boolean; reason: Reason | null; left_out: Reason | null }
export interface Term { start: number; end: number; indicator: string; name_vi: string | null; name_en: string | null; measure_vi: string | null; measure_en: string | null; units: string; count: number; missing: number; left_out: number; cells: TermCell[] }
export interface Fault { text: string; start: number; end: number }
export interface Evaluation {
	value: string | boolean | null;
	fault: Fault | null;
	measure?: string;
	reason?: Reason | null;
	lost?: { start: number; end: number } | null;
	steps?: number;
	terms?: Term[];
	left_out?: Reason[];
	explanation?: { start: number; end: number; value: string | boolean | null }[];
	period?: string;
	unit?: string;
}
export interface FormulaWord { name: string; name_vi: string; parameters_vi?: string; parameters_en?: string; text_vi: string; text_en: string; kind: 'function' | 'option' }

export interface IndexSet {
	code: string; index: string; version: string; name_vi: string; name_en: string; description_vi: string | null; description_en: string | null;
	status: 'draft' | 'consulting' | 'agreed' | 'promulgated' | 'replaced'; period_kind: Indicator['period']; valid_from: string; valid_to: string | null;
	document: string | null; points: number; demonstration: boolean;
}
export interface IndexTotal { won: number; reachable: number; missing: number; leaves: number }
export interface Criterion {
	code: string; parent: string | null; name_vi: string; name_en: string; method: 'group' | 'linear' | 'steps' | 'ratio' | 'yes_no';
	points: number; won: number; lost: number; missing: number; leaves: number;
	formula?: string; value?: number | null; supposed?: boolean; reason?: Reason | null; figure?: string | null;
	low?: number | null; high?: number | null; steps?: { value: number; points: number }[]; effort?: number;
	indicator?: string | null; measure_vi?: string | null; measure_en?: string | null; min?: number | null; max?: number | null;
}
export interface IndexTree extends IndexSet, IndexTotal { unit: string; period: string; before?: IndexTotal; criteria: Criterion[]; versions: IndexSet[] }
export interface Advice { criterion: string; name_vi: string; name_en: string; from: number; to: number; best: number; gain: number; periods: number; cost: number; effort: number; chosen: boolean }
export interface AdviceList extends IndexTotal { wanted: number; reached: number; items: Advice[] }
export interface VersionHistory { version: string; status: IndexSet['status']; points: number; items: ({ period: string } & IndexTotal)[] }

/* -- the cube -- */
export interface NamedCode { code: string; name_vi: string; name_en: string }
/** A member of the rows or columns: what it is on each of their axes; null: the total. */
export interface PivotMember { unit?: NamedCode | null; period?: string | null; indicator?: string; breakdown?: NamedCode }
export interface PivotIndicator { code: string; name_vi: string; name_en: string; measure_vi: string; measure_en: string; decimals: number; direction: 'up' | 'down' | 'none'; period: Indicator['period']; over_units: string; over_time: string; breakdowns: string[] }
export interface PivotNote { row: number; column: number; why: string; periods?: number; of?: number }
export interface Pivot {
	grain: Indicator['period'];
	from: string;
	to: string;
	boundaries: 'today' | 'then';
	indicators: PivotIndicator[];
	rows: PivotMember[];
	columns: PivotMember[];
	/** By measure, row, column. */
	cells: Record<string, (string | number | null)[][]>;
	notes: PivotNote[];
}

/* -- dashboards -- */
export type TileKind = 'number' | 'line' | 'ranking' | 'table' | 'text';
export interface Tile { kind: TileKind; title_vi?: string; title_en?: string; query?: string; text?: string; x: number; y: number; w: number; h: number }
export interface Dashboard extends RecordRow { code: string; name_vi: string; name_en: string | null; unit: string | null; openness: 'open' | 'internal'; tiles: Tile[] }

type Query = Record<string, string | number | boolean | string[] | undefined>;
interface Read<T, P> {
	get: {
		parameters: P extends undefined ? { query?: Query; path?: never } : { query?: Query; path: P };
		responses: { 200: { content: { 'application/json': T } }; default: { content: { 'application/problem+json': Problem } } };
	};
}

interface Write<T, P, B> {
	post: {
		parameters: P extends undefined ? { query?: Query; path?: never } : { query?: Query; path: P };
		requestBody: { content: { 'application/json': B } };
		responses: { 200: { content: { 'application/json': T } }; default: { content: { 'application/problem+json': Problem } } };
	};
}

declare module '../app/contract' {
	interface paths {
		'/api/v1/pivot': Read<Pivot, undefined>;
		'/api/v1/figures/summary': Read<List<Total> & { indicator: string }, undefined>;
		'/api/v1/formulas/functions': Read<List<FormulaWord>, undefined>;
		'/api/v1/formulas/evaluate': Write<Evaluation, undefined, { formula: string; unit?: string; period: string; indicator?: string }>;
		'/api/v1/indices': Read<List<IndexSet>, undefined>;
		'/api/v1/indices/{code}': Read<IndexTree, { code: string }>;
		'/api/v1/indices/{code}/advice': Read<AdviceList, { code: string }>;
		'/api/v1/indices/{code}/history': Read<List<VersionHistory>, { code: string }>;
		'/api/v1/indices/{code}/simulate': Write<IndexTree, { code: string }, { period?: string; unit?: string; version?: string; values: Record<string, string> }>;
		'/api/v1/figures/{id}': Read<GridFigure, { id: string }>;
		'/api/v1/figures/{id}/lineage': Read<Lineage, { id: string }>;
	}
}
