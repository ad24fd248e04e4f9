/* Answers of analyze/, as the server describes them. */
import type { Answer, RecordRow, Shapes } from '../app/contract';

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
export type Total = Shapes['total'];
export type StoryStep = Shapes['story_step'];
export type Lineage = Answer<'/api/v1/figures/{id}/lineage'>;

export type Reason = Shapes['reason'];
export type TermCell = Shapes['term_cell'];
export type Term = Shapes['term'];
export type Fault = NonNullable<Evaluation['fault']>;
export type Evaluation = Shapes['evaluation'];
export type FormulaWord = Shapes['formula_word'];

export type IndexSet = Shapes['index_set'];
export type IndexTotal = Shapes['index_total'];
export type Criterion = Shapes['index_criterion'];
export type IndexTree = Shapes['index_tree'];
export type Advice = Shapes['advice'];
export type AdviceList = Answer<'/api/v1/indices/{code}/advice'>;
export type VersionHistory = Shapes['version_history'];

/* -- sets of criteria out for comment -- */
export type Consultation = Shapes['consultation'];
export type Consulted = Shapes['consulted'];

/* -- the cube -- */
export type NamedCode = Shapes['named'];
/** A member of the rows or columns: what it is on each of their axes; null: the total. */
export type PivotMember = Shapes['pivot_member'];
export type PivotIndicator = Shapes['pivot_indicator'];
export type PivotNote = Pivot['notes'][number];
export type Pivot = Shapes['pivot'];

/* -- dashboards -- */
export type TileKind = 'number' | 'line' | 'ranking' | 'table' | 'text';
export interface Tile { kind: TileKind; title_vi?: string; title_en?: string; query?: string; text?: string; x: number; y: number; w: number; h: number }
export interface Dashboard extends RecordRow { code: string; name_vi: string; name_en: string | null; unit: string | null; openness: 'open' | 'internal'; tiles: Tile[] }
