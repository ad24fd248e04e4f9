/* What the server answers.  The types come from ui/openapi.json, which the server itself writes (tools/client_types.py) and its tests hold real
 * answers to; only what no description can say, because every kind of record has its own fields, is written here. */
import type { components, paths as Described } from './openapi';

export type Shapes = components['schemas'];
/** What a GET of an address answers. */
export type Answer<A extends keyof Described> = Described[A] extends { get: { responses: { 200: { content: { 'application/json': infer T } } } } } ? T : never;

export type Label = Shapes['label'];
export interface List<T> { items: T[]; next: string | null }
export type Problem = Shapes['problem'];

/* -- sessions, accounts -- */
export type Verb = Shapes['verb'];
export type Role = Shapes['role'];
export type Grant = Shapes['grant'];
export type Session = Shapes['session'];
export type OpenSession = Shapes['open_session'];
export type Token = Shapes['token'];

/* -- records -- */
export type FieldType = FieldDescription['type'];
export type FieldDescription = Shapes['field'];
export type RecordDescription = Shapes['description'];
export interface RecordRow {
	id: string;
	version: number;
	created?: string;
	changed?: string;
	removed?: string | null;
	[field: string]: unknown;
}
export type ImportResult = Record<'created' | 'changed' | 'same', number>;
/** A unit as it stood on a day. */
export type UnitThen = Shapes['unit_then'];

/* -- figures -- */
export type Figure = Shapes['figure'];
export type OwedItem = Shapes['owed_item'];
export type Owed = Answer<'/api/v1/owed'>;
/** The last nudge about something that is still due; by nobody: the centre itself. */
export type Nudge = Shapes['nudge'];
export type DeliveryHead = Shapes['delivery_head'];
/** What one unit owes and sent, in the days that an overview looks back. */
export type UnitTally = Shapes['unit_tally'];
export type Overview = Shapes['overview'];
/** The number that a question in words asks for. */
export type SearchAnswer = Shapes['search_answer'];
export type SearchHit = Shapes['search_hit'];

/* -- quality of data -- */
export type Dimension = Shapes['dimension'];
/** Scores are points of 100; null: nothing to count, or not measurable yet. */
export type Scores = Shapes['scores'];
export type ScoreRow = Shapes['score_row'];
/** By domain, unit or indicator; the scores of periods are rows of another shape. */
export type ScoreBoard = Omit<Answer<'/api/v1/scores'>, 'items'> & List<ScoreRow>;
export type CostCell = Shapes['cost_cell'];
/** squares: for each period how many series are in each of `states`. */
export type CoverageRow = Shapes['coverage_row'];
export type Coverage = Answer<'/api/v1/coverage'>;
export type Exception = Shapes['exception'];
/** Where an index in force stands, by points over the criteria that have a value both times; null: not comparable. */
export type IndexMove = Shapes['index_move'];
export type Exceptions = Answer<'/api/v1/exceptions'>;

/* -- the centre -- */
export type JournalEntry = Shapes['journal_entry'];
export type Health = Answer<'/health'>;
export type HealthDetail = Answer<'/health/detail'>;
export type JournalPage = Answer<'/api/v1/journal'>;
export type Pack = Shapes['pack'];

/* -- addresses -- */
type Headers = Record<string, string>;
type Query = Record<string, string | number | boolean | string[] | undefined>;
/** Filters of records are not described, so a query is whatever the caller asks. */
type Asked<O> = O extends { parameters: infer P } ? Omit<O, 'parameters'> & { parameters: Omit<P, 'query' | 'header'> & { query?: Query; header?: Headers } } : O;
type DescribedPaths = { [A in keyof Described]: { [M in keyof Described[A]]: Asked<Described[A][M]> } };

interface Op<T, P, B> {
	parameters: { query?: Query; path: P; header?: Headers };
	requestBody?: { content: { 'application/json': B } };
	responses: { 200: { content: { 'application/json': T } }; default: { content: { 'application/problem+json': Problem } } };
}
interface OfKind { kind: string }
interface One { kind: string; id: string }
type Body = Record<string, unknown>;
/** The addresses that every kind of record has. */
interface RecordPaths {
	'/api/v1/{kind}': { get: Op<List<RecordRow>, OfKind, never>; post: Op<RecordRow, OfKind, Body> };
	'/api/v1/{kind}/{id}': { get: Op<RecordRow, One, never>; patch: Op<RecordRow, One, Body>; delete: Op<RecordRow, One, never> };
	'/api/v1/{kind}/{id}/restore': { post: Op<RecordRow, One, Body> };
	'/api/v1/{kind}/{id}/history': { get: Op<List<JournalEntry>, One, never> };
	'/api/v1/{kind}/description': { get: Op<RecordDescription, OfKind, never> };
	'/api/v1/{kind}/import': { post: Op<ImportResult, OfKind, string> };
}
export type paths = DescribedPaths & RecordPaths;
