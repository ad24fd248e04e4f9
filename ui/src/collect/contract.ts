/* Addresses of collect/ and their answers, as the server writes them. */
import type { Figure, Problem } from '../app/contract';

export interface Finding { check: string; severity: 'hard' | 'soft'; detail_vi: string; detail_en: string }
export type RowStatus = 'accepted' | 'same' | 'doubtful' | 'refused';
export interface DeliveryRow {
	sheet: string | null;
	/** From 1 in a file; the place in `figures` for JSON. */
	row: number;
	column: number;
	status: RowStatus;
	indicator: string | null;
	unit: string | null;
	period: string | null;
	breakdown: string | null;
	value: string | null;
	read_as?: string | null;
	remark?: string | null;
	figure?: string | null;
	/** A restricted figure that is not for this reader: no value, remark or problems. */
	withheld?: boolean;
	problems: Finding[];
}
export interface Receipt { server: number; seq: number; at: string; hash: string }
export interface Delivery {
	id: string;
	/** checked: only tried. */
	status: 'done' | 'waiting' | 'checked';
	unit: string | null;
	source: 'form' | 'file' | 'api';
	filename: string | null;
	bytes: number;
	content_hash: string | null;
	note: string | null;
	/** About the file as a whole. */
	warnings: Finding[];
	actor: string | null;
	received: string;
	accepted: number;
	same: number;
	doubtful: number;
	refused: number;
	receipt: Receipt | null;
}
export interface Delivered extends Delivery { rows: DeliveryRow[] }

export interface NewFigure { indicator: string; unit: string; period: string; breakdown?: string; value: string | null; remark?: string; reason?: string }
export interface NewDelivery { figures: NewFigure[]; source?: 'form'; note?: string }

export interface WayEffort { way: 'typed' | 'pasted' | 'file' | 'api' | 'formula'; deliveries: number; figures: number; measured: number; spent_minutes: number | null; saved_minutes: number | null }
/** typed_seconds: for one figure typed by hand; null before measured_least deliveries were measured. */
export interface Effort { from: string; to: string; unit: string | null; typed_seconds: number | null; typed_measured: number; measured_least: number; ways: WayEffort[]; saved_minutes: number | null }

/* -- the grid -- */
export interface PastValue { period: string; value: string | null }
export interface GridFigure extends Figure { reason?: string | null; decision_remark?: string | null; decided?: string | null }
/** A figure that waits for a decision, with what came before. */
export interface WaitingFigure extends GridFigure { breakdown_vi: string | null; breakdown_en: string | null; history: PastValue[]; range: number[] | null }
export interface GridRow {
	indicator: string;
	name_vi: string;
	name_en: string;
	domain: string | null;
	measure_vi: string;
	measure_en: string;
	period: string;
	breakdown: string;
	breakdown_vi: string | null;
	breakdown_en: string | null;
	deadline: string;
	decimals: number;
	min: string | null;
	max: string | null;
	sum_of: string[];
	/** Oldest first. */
	history: PastValue[];
	/** Lowest and highest value that raise no question. */
	range: number[] | null;
	current: GridFigure | null;
	draft: { value: string | null; remark: string | null; changed: string } | null;
	state: string;
}
export interface Grid { unit: string; name_vi: string; name_en: string; may_submit: boolean; now: string; rows: GridRow[] }
export interface Draft { unit: string; indicator: string; period: string; breakdown: string; value: string; remark: string }

/* -- files -- */
export interface MappingColumn { column: number; role: string; period?: string; indicator?: string; unit?: string; breakdown?: string }
/** Rows and columns count from 0 as in the file. */
export interface Mapping {
	sheet?: string;
	header_row: number;
	first_row: number;
	last_row?: number;
	columns: MappingColumn[];
	fixed: { unit?: string; period?: string; indicator?: string };
	indicators: Record<string, string>;
	units: Record<string, string>;
	year?: number;
}
export interface Guess { code: string; name_vi: string; name_en: string; confidence: number }
export interface Match { kind: 'indicator' | 'unit' | 'item'; text: string; best?: Guess; runner_up?: Guess }
export interface Reason { row?: number; column?: number; detail_vi: string; detail_en: string }
export interface Skip { row: number; last_row: number; detail_vi: string; detail_en: string }
export interface Proposal { mapping: Mapping; confidence: number; reasons: Reason[]; matches: Match[]; skips: Skip[]; fingerprint: string }
export interface Sheet { name: string; rows_total: number; columns_total: number; hidden: boolean; rows: string[][];
	/** Each: row, column, last row, last column. */
	merges: number[][];
}
export interface Waiting { needs_mapping: true; upload: string; filename: string | null; unit: string | null; warnings: Finding[]; sheets: Sheet[]; proposal: Proposal }
export interface Remembered { id: string; name: string; fingerprint: string; changed: string; used: number; mapping: Mapping }

type Headers = Record<string, string>;
type Query = Record<string, string | number | boolean | string[] | undefined>;
interface Op<T, P, B> {
	parameters: P extends undefined ? { query?: Query; path?: never; header?: Headers } : { query?: Query; path: P; header?: Headers };
	requestBody?: B extends undefined ? never : { content: { 'application/json': B } };
	responses: { 200: { content: { 'application/json': T } }; default: { content: { 'application/problem+json': Problem } } };
}
interface Id { id: string }

declare module '../app/contract' {
	interface paths {
		'/api/v1/grid': { get: Op<Grid, undefined, undefined> };
		'/api/v1/drafts': { put: Op<{ changed: string }, undefined, Draft> };
		'/api/v1/deliveries': { get: Op<List<Delivery>, undefined, undefined>; post: Op<Delivered | Waiting, undefined, NewDelivery | FormData> };
		'/api/v1/deliveries/{id}': { get: Op<Delivered, Id, undefined> };
		'/api/v1/uploads/{id}': { get: Op<Waiting, Id, undefined> };
		'/api/v1/uploads/{id}/deliver': { post: Op<Delivered, Id, { mapping: Mapping; remember?: boolean }> };
		'/api/v1/effort': { get: Op<Effort, undefined, undefined> };
		'/api/v1/mappings': { get: Op<List<Remembered>, undefined, undefined> };
		'/api/v1/mappings/{id}': { delete: Op<unknown, Id, undefined> };
		'/api/v1/approvals': { get: Op<List<WaitingFigure>, undefined, undefined>; post: Op<{ decided: number }, undefined, { figures: string[]; decision: 'approve' | 'return'; remark?: string }> };
	}
}
