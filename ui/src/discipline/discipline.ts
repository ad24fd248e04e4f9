/* What the screens of discipline work out from the server's answers. */
import { dayOf } from '../base/format';
import type { Dot, Evidence, Prediction, ReminderState, Standing, Step, WeekItem } from './contract';

/** In the order of a person's Monday: to be issued, taken out, issued already, nothing to remind of. */
export interface Sorted { chosen: WeekItem[]; out: WeekItem[]; issued: WeekItem[]; nothing: WeekItem[] }

export function sortWeek(items: WeekItem[]): Sorted {
	const sorted: Sorted = { chosen: [], out: [], issued: [], nothing: [] };
	const worst = [...items].sort((a, b) => Number(b.would_reach !== null) - Number(a.would_reach !== null) || b.would_be - a.would_be || b.late - a.late || b.oldest_days - a.oldest_days);
	for (const item of worst) sorted[placeOf(item)].push(item);
	return sorted;
}

function placeOf(item: WeekItem): keyof Sorted {
	if (item.issued) return 'issued';
	if (item.state === 'left_out') return 'out';
	return item.late > 0 ? 'chosen' : 'nothing';
}

/** Duties that do not count, by reason. */
export function excludedOf(items: { evidence: Evidence[] }[]): [reason: string, count: number][] {
	const counts = new Map<string, number>();
	for (const item of items) for (const one of item.evidence) if (one.excluded) counts.set(one.excluded, (counts.get(one.excluded) ?? 0) + 1);
	return [...counts].sort((a, b) => b[1] - a[1]);
}

export interface LateDuty { item: WeekItem; of: Evidence }

/** What counts of a week, by rule (code, "" without one) or by the day of the deadline: the fullest rule or the latest day first. */
export function lateBy(items: WeekItem[], by: 'rule' | 'day'): { key: string; duties: LateDuty[] }[] {
	const groups = new Map<string, LateDuty[]>();
	for (const item of items)
		for (const of of item.evidence) {
			if (of.excluded || item.state === 'left_out') continue;
			const key = by === 'rule' ? of.rule ?? '' : dayOf(of.deadline);
			const group = groups.get(key);
			if (group) group.push({ item, of });
			else groups.set(key, [{ item, of }]);
		}
	return [...groups].map(([key, duties]) => ({ key, duties })).sort((a, b) => (by === 'rule' ? b.duties.length - a.duties.length : b.key.localeCompare(a.key)));
}

export interface AtRisk { unit: string | null; unit_vi: string | null; unit_en: string | null; items: Prediction[]; permille: number; deadline: string }

/** One line for each unit that will probably be late, the likeliest first; `least` of a thousand. */
export function atRisk(items: Prediction[], least: number): AtRisk[] {
	const units = new Map<string | null, AtRisk>();
	for (const item of items.filter((one) => one.permille >= least)) {
		const at = units.get(item.unit) ?? { unit: item.unit, unit_vi: item.unit_vi, unit_en: item.unit_en, items: [], permille: 0, deadline: item.deadline };
		at.items.push(item);
		at.permille = Math.max(at.permille, item.permille);
		if (item.deadline < at.deadline) at.deadline = item.deadline;
		units.set(item.unit, at);
	}
	return [...units.values()].sort((a, b) => b.permille - a.permille || b.items.length - a.items.length);
}

/** The months that the ladder shows, like "2026-03": those of the year, or all that twelve months touch up to `now`. */
export function monthsOf(ladder: { year: number; counts: 'calendar' | 'rolling' }, now: string): string[] {
	if (ladder.counts === 'calendar') return Array.from({ length: 12 }, (_, i) => `${ladder.year}-${String(i + 1).padStart(2, '0')}`);
	const end = `${ladder.year}-12` < dayOf(now).slice(0, 7) ? `${ladder.year}-12` : dayOf(now).slice(0, 7);
	const last = Number(end.slice(0, 4)) * 12 + Number(end.slice(5, 7)) - 1;
	return Array.from({ length: 13 }, (_, i) => last - 12 + i).map((month) => `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`);
}

/** Each month with its reminders and how many there had been with each. */
export interface Mark extends Dot { nth: number; step: Step | null }

export function byMonth(of: Standing, months: string[]): Mark[][] {
	const marks: Mark[][] = months.map(() => []);
	of.reminders.forEach((dot, i) => {
		const reached = of.reached.find((one) => one.reminder === dot.id);
		marks[months.indexOf(dayOf(dot.issued).slice(0, 7))]?.push({ ...dot, nth: i + 1, step: reached?.step ?? null });
	});
	return marks;
}

/** Steps that somebody must decide about: reached, above a mere reminder, and nothing decided. */
export function undecided(of: Standing) {
	return of.reached.filter((one) => one.step.target !== 'unit' && !one.decision);
}

/** Who is nearest to something first. */
export function sortLadder(items: Standing[]): Standing[] {
	return [...items].sort((a, b) => undecided(b).length - undecided(a).length || b.count - a.count || (a.unit_vi ?? '').localeCompare(b.unit_vi ?? '', 'vi'));
}

export const tones: Record<ReminderState, 'good' | 'wait' | 'hand' | 'plain' | 'quiet' | 'back'> = {
	draft: 'quiet', reviewed: 'plain', left_out: 'quiet', issued: 'wait', acknowledged: 'good', appealed: 'wait', annulled: 'back', withdrawn: 'back',
};
