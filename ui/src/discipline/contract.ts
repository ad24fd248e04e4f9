/* Addresses of the week's inspection, reminders, the ladder and the month's end, as the server answers them. */
import type { List, Problem } from '../app/contract';

export type ReminderState = 'draft' | 'reviewed' | 'left_out' | 'issued' | 'acknowledged' | 'appealed' | 'annulled' | 'withdrawn';
export interface Act { at: string; by: string | null }
/** A duty that a reminder rests on, or that was not counted and why. */
export interface Evidence {
	duty: string;
	indicator: string | null;
	name_vi: string | null;
	name_en: string | null;
	period: string;
	deadline: string;
	excluded: 'excused' | 'outage' | 'counted_before' | 'grace' | '' | null;
	why: string | null;
}
interface OfUnit { unit: string; unit_vi: string; unit_en: string }
export interface Reminder extends OfUnit {
	id: string;
	week: string;
	rule: string;
	state: ReminderState;
	stands: boolean;
	late: number;
	oldest: string | null;
	oldest_days: number;
	cutoff: string;
	reviewed: (Act & { remark: string | null }) | null;
	year: number;
	number: number;
	issued: Act | null;
	acknowledged: Act | null;
	appealed: (Act & { text: string }) | null;
	decided: (Act & { reason: string }) | null;
	upheld: boolean;
	withdrawn: (Act & { reason: string }) | null;
}
export interface ReminderPage extends Reminder { evidence: Evidence[] }
export interface Step { code: string; reminders: number; target: 'unit' | 'leader' | 'head'; name_vi: string; name_en: string; document: string | null }
export interface WeekItem extends ReminderPage { count: number; would_be: number; would_reach: Step | null }
export interface Week { week: string; cutoff: string | null; reminders: number; duties: number; issued: number; items: WeekItem[] }

export interface Prediction extends OfUnit { duty: string; indicator: string | null; name_vi: string | null; name_en: string | null; period: string; deadline: string; permille: number; nudged: string | null }
export interface Predictions {
	/** How the same predictions would have fared in the last `days`: of `flagged` ones `flagged_late` were late. */
	score: { n: number; brier: number; brier_of_mean: number; flagged: number; flagged_late: number; late: number; days: number };
	open: number;
	items: Prediction[];
}

export interface Duty extends OfUnit { id: string; indicator: string | null; name_vi: string | null; name_en: string | null; period: string | null; deadline: string; state: 'due' | 'late' | 'met' | 'excused'; nudged: string | null }
export interface Duties extends List<Duty> { counts: Record<'due' | 'late' | 'met' | 'excused', number> }

export interface Reached { step: Step; at: string; reminder: string; number: number; decision: { decision: 'act' | 'dismiss'; reason: string; at: string } | null }
export interface Dot { id: string; number: number; issued: string; late: number; state: ReminderState }
export interface Standing extends OfUnit { count: number; next: Step | null; until_next: number; reached: Reached[]; reminders: Dot[] }
interface Steps { year: number; counts: 'calendar' | 'rolling'; steps: Step[] }
export interface Ladder extends Steps { items: Standing[] }
export interface OwnStanding extends Steps, Standing {
	to_do: { late: number; oldest: string | null; due: number; days: number; acknowledgements: number };
	next_inspection: string;
}

export interface MonthHead { month: string; at: string; units: number; reminders: number }
export interface MonthUnit { unit: string; name_vi: string; name_en: string; missed: number; late: number; met_late: number; excused: number; reminders: number; count: number }
export interface MonthDuty { unit: string; indicator: string | null; name_vi: string | null; period: string; deadline: string; state: string; met: string | null }
export interface Month extends MonthHead { annex: { units: MonthUnit[]; duties: MonthDuty[] } }

type Headers = Record<string, string>;
type Query = Record<string, string | number | boolean | string[] | undefined>;
interface Op<T, P, B> {
	parameters: P extends undefined ? { query?: Query; path?: never; header?: Headers } : { query?: Query; path: P; header?: Headers };
	requestBody?: B extends undefined ? never : { content: { 'application/json': B } };
	responses: { 200: { content: { 'application/json': T } }; default: { content: { 'application/problem+json': Problem } } };
}
interface Read<T, P = undefined> { get: Op<T, P, undefined> }
interface Write<T, B = undefined, P = undefined> { post: Op<T, P, B> }
interface Id { id: string }

declare module '../app/contract' {
	interface paths {
		'/api/v1/inspections': Read<Week> & Write<Week>;
		'/api/v1/inspections/review': Write<List<Reminder>, { reminders: { id: string; in: boolean; remark?: string }[] }>;
		'/api/v1/reminders': Read<List<Reminder>>;
		'/api/v1/reminders/issue': Write<List<Reminder>, { reminders: string[] }>;
		'/api/v1/reminders/{id}': Read<ReminderPage, Id>;
		'/api/v1/reminders/{id}/acknowledgement': Write<ReminderPage, undefined, Id>;
		'/api/v1/reminders/{id}/appeal': Write<ReminderPage, { text: string }, Id>;
		'/api/v1/reminders/{id}/decision': Write<ReminderPage, { decision: 'uphold' | 'reject'; reason: string }, Id>;
		'/api/v1/reminders/{id}/withdrawal': Write<ReminderPage, { reason: string }, Id>;
		'/api/v1/duties/{id}/excuse': Write<unknown, { reason: string; document?: string }, Id>;
		'/api/v1/predictions': Read<Predictions>;
		'/api/v1/duties': Read<Duties>;
		'/api/v1/ladder': Read<Ladder>;
		'/api/v1/ladder/decisions': Write<{ decision: string }, { unit: string; year: number; step: string; decision: 'act' | 'dismiss'; reason: string }>;
		'/api/v1/standing': Read<OwnStanding>;
		'/api/v1/violations': Read<List<MonthHead>> & Write<{ month: string }>;
		'/api/v1/violations/month': Read<Month>;
	}
}
