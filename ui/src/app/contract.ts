/* What the server answers, in the shape openapi-typescript writes, so that openapi-fetch types every call.  One row per
 * address: add yours here. */

import type { Edition, Preview, Template } from '../report/contract';

export interface Label { vi: string; en: string }
export interface List<T> { items: T[]; next: string | null }
export interface Problem {
	type: string;
	title: string;
	status: number;
	detail?: string;
	at?: string;
	errors?: { at: string; detail: string }[];
	request?: string;
}

/* -- sessions, accounts -- */
export type Verb = 'read' | 'create' | 'change' | 'remove' | 'submit' | 'approve' | 'administer';
export type Role = 'administrator' | 'operator' | 'leader' | 'reporting_officer' | 'approver' | 'analyst' | 'auditor' | 'public';
export interface Grant { role: Role; unit: string | null; unit_name?: string | null }
export interface Session {
	login: string;
	name: string;
	roles: Grant[];
	may: Record<string, Verb[]>;
	totp: boolean;
	demonstration: boolean;
	centre: { name_vi: string; name_en: string };
	now: string;
}
export interface OpenSession { id: string; created: string; used: string; expires: string; address: string; current: boolean }
export interface Token { id: string; name: string; login?: string; verbs: Verb[]; created?: string; used?: string | null; expires?: string | null }

/* -- records -- */
export type FieldType = 'text' | 'long' | 'code' | 'int' | 'bool' | 'decimal' | 'date' | 'time' | 'choice' | 'ref' | 'list' | 'refs' | 'json';
export interface FieldDescription {
	name: string;
	type: FieldType;
	label: Label;
	help?: Label | null;
	min?: number | null;
	max?: number | null;
	choices?: { value: string; label: Label }[];
	/** Kind that is referred to, and its path ("units"). */
	ref?: { kind: string; path: string };
	required?: boolean;
	fixed?: boolean;
	ours?: boolean;
	search?: boolean;
	filter?: boolean;
	main?: boolean;
}
export interface RecordDescription {
	kind: string;
	path: string;
	label: Label;
	plural: Label;
	sort: string;
	unit_field: string | null;
	fields: FieldDescription[];
}
export interface RecordRow {
	id: string;
	version: number;
	created?: string;
	changed?: string;
	removed?: string | null;
	[field: string]: unknown;
}
export interface ImportResult { created: number; changed: number; same: number }
/** A unit as it stood on a day. */
export interface UnitThen { id: string; code: string; kind: string; name_vi: string; name_en: string; short_vi: string | null; parent: string | null; population: number | null }

/* -- figures -- */
export interface Figure {
	id: string;
	indicator: string;
	unit: string;
	period: string;
	breakdown: string;
	value: string | null;
	status: 'submitted' | 'approved' | 'returned' | 'withdrawn';
	flags: string[];
	revision: number;
	received: string;
	remark: string | null;
	delivery: string | null;
}
export interface OwedItem { indicator: string; name_vi?: string; name_en?: string; period: string; deadline: string; state: 'due' | 'late' | 'met'; met_late?: boolean; met?: string | null; figure?: string | null }
export interface Owed { items: OwedItem[]; summary: { due: number; late: number; met: number; met_late?: number } }
/** The last nudge about something that is still due; by nobody: the centre itself. */
export interface Nudge { duty: string; indicator: string | null; period: string | null; deadline: string; at: string; by: string | null; by_name: string | null }
export interface DeliveryHead { id: string; status: 'waiting' | 'done'; unit: string | null; source: string; filename: string | null; note: string | null; received: string; accepted: number; refused: number; doubtful: number; same: number }
/** What one unit owes and sent, in the days that an overview looks back. */
export interface UnitTally {
	unit: string;
	name_vi: string;
	name_en: string;
	kind: string;
	due: number;
	late: number;
	met: number;
	met_late: number;
	last: string | null;
	/** Deadline that was missed first. */
	oldest: string | null;
	silent: boolean;
}
export interface Overview {
	now: string;
	days: number;
	expected: number;
	received: number;
	received_late: number;
	late: number;
	due: number;
	units: UnitTally[];
	never_filled: { indicator: string; name_vi: string; name_en: string; domain: string | null }[];
	recent: DeliveryHead[];
}
/** The number that a question in words asks for. */
export interface SearchAnswer {
	indicator: { code: string; name_vi: string; name_en: string; measure_vi: string; measure_en: string; decimals: number; direction: string };
	unit: { code: string; name_vi: string; name_en: string } | null;
	period: string;
	value: string | null;
	/** Why there is no value: nothing, no_units … */
	why: string;
	n: number;
	of: number;
	provisional: number;
	status: 'none' | 'submitted' | 'approved';
	updated: string | null;
	age_seconds: number | null;
	figure: string | null;
	series: { period: string; value: string | null }[];
	url: string;
}
export interface SearchHit { kind: string; code: string; name_vi: string; name_en: string; url: string }

/* -- quality of data -- */
export interface Dimension { code: string; name_vi: string; name_en: string; measure: string; weight: number; description_vi: string | null; description_en: string | null }
/** Scores are points of 100; null: nothing to count, or not measurable yet. */
export interface Scores { score: number | null; scores: (number | null)[]; series: number; trend: (number | null)[]; /** Receipt of the newest figure. */ last: string | null }
export interface ScoreRow extends Scores { code: string; name_vi: string; name_en: string }
export interface ScoreBoard extends List<ScoreRow> { now: string; followed: boolean; by: string; dimensions: Dimension[]; months: string[]; overall: Scores }
export interface CostCell {
	unit: string;
	unit_vi: string;
	unit_en: string;
	indicator: string | null;
	name_vi: string | null;
	name_en: string | null;
	period: string;
	dimension: string;
	lost: number;
	reason: string;
	action: { do: string; may: boolean; href: string | null; delivery: string | null };
	deadline: string | null;
	met: string | null;
	owed: number;
	filled: number;
	explained: number;
	returned: number;
	corrected: number;
	received: number;
	unclean: number;
	gap: number;
}
/** squares: for each period how many series are in each of `states`. */
export interface CoverageRow { code: string; name_vi: string; name_en: string; series: number; never: number; stopped: number; since?: string; squares: number[][] }
export interface Coverage extends List<CoverageRow> { now: string; by: string; kind: string; periods: string[]; states: string[] }
interface NamedThing { code: string; name_vi: string; name_en: string }
export interface Exception {
	rule: 'due_soon' | 'falling' | 'silent' | 'worsening' | 'overdue' | 'quality';
	unit?: NamedThing;
	indicator?: NamedThing;
	owner?: NamedThing;
	count: number;
	since: string | null;
	why: string | null;
	period?: string;
	value?: string;
	before?: string;
	target?: string;
	direction?: string;
	measure_vi?: string;
	measure_en?: string;
	score?: number;
	earlier?: number;
	/** Of an index that falls. */
	index?: NamedThing;
	points?: number;
	by?: number;
	year_by?: number;
	worst?: { name_vi: string; name_en: string };
	worst_by?: number;
	href: string;
}
/** Where an index in force stands, by points over the criteria that have a value both times; null: not comparable. */
export interface IndexMove extends NamedThing {
	version: string;
	points: number;
	demonstration: boolean;
	period: string;
	won: number;
	reachable: number;
	missing: number;
	leaves: number;
	before: { period: string; by: number } | null;
	year_before: { period: string; by: number } | null;
	trend: (number | null)[];
}
export interface Exceptions extends List<Exception> { found: number; now: string }

/* -- the centre -- */
export interface JournalEntry {
	server: number | string;
	seq: number;
	at: string;
	kind: string;
	actor?: string | null;
	unit?: string | null;
	subject?: string | null;
	/** Of the subject. */
	id?: string | null;
	data?: Record<string, unknown>;
	hash?: string;
}
export interface Health { status: 'ok' | 'degraded'; version: string; reason?: string }
export interface HealthDetail {
	status: 'ok' | 'degraded';
	version: string;
	reason: string | null;
	now: string;
	store: string;
	server: Record<string, number>;
	disk?: { free_bytes: number; total_bytes: number };
	journal?: string;
}
export interface JournalPage extends List<JournalEntry> { more: boolean }
export interface Pack { code: string; version: string; name_vi: string; name_en: string; description_vi: string; description_en: string; demonstration: boolean; requires: string[]; /** Edition in use; null: none; absent: not told. */ installed?: string | null }

/* -- addresses -- */
interface Answer<T> { content: { 'application/json': T } }
interface Answers<T> { 200: Answer<T>; default: { content: { 'application/problem+json': Problem } } }
type Headers = Record<string, string>;
type Query = Record<string, string | number | boolean | string[] | undefined>;
interface Op<T, P, B> {
	parameters: P extends undefined ? { query?: Query; path?: never; header?: Headers } : { query?: Query; path: P; header?: Headers };
	requestBody?: { content: { 'application/json': B } };
	responses: Answers<T>;
}
interface Read<T, P = undefined> { get: Op<T, P, never> }
interface Create<T, B, P = undefined> { post: Op<T, P, B> }
interface Put<T, B, P = undefined> { put: Op<T, P, B> }
interface Change<T, B, P = undefined> { patch: Op<T, P, B> }
interface Remove<P = undefined> { delete: Op<unknown, P, never> }
interface OfKind { kind: string }
interface One { kind: string; id: string }
interface Id { id: string }
type Body = Record<string, unknown>;

export interface paths {
	'/api/v1/sessions': Create<{ token?: string; needs_otp: boolean }, { login: string; password: string; otp?: string }>;
	'/api/v1/session': Read<Session> & Remove;
	'/api/v1/session/list': Read<List<OpenSession>>;
	'/api/v1/session/list/{id}': Remove<Id>;
	'/api/v1/session/password': Create<unknown, { old: string; new: string }>;
	'/api/v1/session/totp': Create<{ secret: string; uri: string }, Body> & Put<unknown, { otp: string }> & Remove;
	'/api/v1/setup': Create<unknown, { token: string; login: string; name: string; password: string }>;
	'/api/v1/accounts/{id}/roles': Read<{ roles: Grant[] }, Id> & Put<unknown, { roles: { role: Role; unit: string | null }[] }, Id>;
	'/api/v1/accounts/{id}/password': Create<{ password: string }, Body, Id>;
	'/api/v1/accounts/{id}/totp': Remove<Id>;
	'/api/v1/tokens': Read<List<Token>> & Create<{ id: string; token: string }, { name: string; verbs: Verb[]; expires?: string }>;
	'/api/v1/tokens/{id}': Remove<Id>;
	'/api/v1/{kind}': Read<List<RecordRow>, OfKind> & Create<RecordRow, Body, OfKind>;
	'/api/v1/{kind}/{id}': Read<RecordRow, One> & Change<RecordRow, Body, One> & Remove<One>;
	'/api/v1/{kind}/{id}/restore': Create<RecordRow, Body, One>;
	'/api/v1/{kind}/{id}/history': Read<List<JournalEntry>, One>;
	'/api/v1/{kind}/description': Read<RecordDescription, OfKind>;
	'/api/v1/{kind}/import': Create<ImportResult, string, OfKind>;
	'/api/v1/units/tree': Read<List<UnitThen>>;
	'/api/v1/figures': Read<List<Figure>>;
	'/api/v1/owed': Read<Owed>;
	'/api/v1/nudges': Read<List<Nudge>> & Create<{ nudged: number; today: number; not_due: number }, { duties: string[] }>;
	'/api/v1/overview': Read<Overview>;
	'/api/v1/scores': Read<ScoreBoard>;
	'/api/v1/scores/cells': Read<List<CostCell>>;
	'/api/v1/coverage': Read<Coverage>;
	'/api/v1/exceptions': Read<Exceptions>;
	'/api/v1/index-moves': Read<List<IndexMove>>;
	'/api/v1/search': Read<List<SearchHit> & { answer: SearchAnswer | null }>;
	'/api/v1/journal': Read<JournalPage>;
	'/api/v1/packs/available': Read<List<Pack>>;
	'/api/v1/packs/{code}/install': Create<ImportResult & { code: string; version: string }, Body, { code: string }>;
	'/api/v1/report-templates': Read<List<Template>>;
	'/api/v1/report-preview': Create<string, Preview>;
	'/api/v1/report-editions': Read<List<Edition>>;
	'/api/v1/reports/{id}/editions': Read<List<Edition>, Id> & Create<Edition, Body, Id>;
	'/health': Read<Health>;
	'/health/detail': Read<HealthDetail>;
}
