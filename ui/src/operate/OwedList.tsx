/* What a unit owes, the most urgent first; one figure can be sent from its line. */
import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconBell } from '@tabler/icons-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { answer, api } from '../app/api';
import type { Nudge, Owed, OwedItem } from '../app/contract';
import { useNames, useTexts } from '../app/i18n';
import { addDays, dayOf, formatDate, formatDateTime, formatPeriod, formatTime } from '../base/format';
import { Panel } from '../base/Page';
import { Figure, FigureStatus } from '../base/small';
import { useWorkTime } from '../base/useWorkTime';
import type { Delivered, Grid, GridRow } from '../collect/contract';
import css from './Home.module.css';

const QuickEntry = lazy(() => import('./QuickEntry'));

/** Everything owed of one indicator: a daily one that was forgotten for a month is one line, not thirty. */
export interface Debt { indicator: string; items: OwedItem[] }

export function byIndicator(items: OwedItem[]): Debt[] {
	const debts = new Map<string, OwedItem[]>();
	for (const item of [...items].sort((a, b) => a.deadline.localeCompare(b.deadline)))
		debts.set(item.indicator, [...(debts.get(item.indicator) ?? []), item]);
	return [...debts].map(([indicator, of]) => ({ indicator, items: of }));
}

interface Day { day: string; items: OwedItem[] }

/** Open ones by the day they are due, the most urgent first. */
export function byDay(items: OwedItem[]): Day[] {
	const days = new Map<string, OwedItem[]>();
	for (const item of [...items].sort((a, b) => a.deadline.localeCompare(b.deadline))) {
		const day = dayOf(item.deadline);
		days.set(day, [...(days.get(day) ?? []), item]);
	}
	return [...days].map(([day, of]) => ({ day, items: of }));
}

const placeOf = (item: { indicator: string; period: string }) => `${item.indicator}|${item.period}`;

/** Today and tomorrow stand alone; what comes after is one list, or four daily figures would fill a fortnight of panels. */
export function dueOf(items: OwedItem[], today: string): { soon: Day[]; later: OwedItem[] } {
	const days = byDay(items);
	const near = addDays(today, 1);
	return { soon: days.filter(({ day }) => day <= near), later: days.filter(({ day }) => day > near).flatMap((one) => one.items) };
}

/** The cells of what is owed: the grid of now, and of the older periods that it leaves out. */
function useCells(unit: string, late: OwedItem[]): (item: OwedItem) => GridRow[] {
	const grid = (period: string) => ({
		queryKey: ['grid', unit, period],
		queryFn: (): Promise<Grid> => answer(api.GET('/api/v1/grid', { params: { query: { unit, period: period || undefined } } })),
	});
	const now = useQuery(grid(''));
	const known = new Set(now.data?.rows.map(placeOf));
	const periods = now.data?.may_submit ? [...new Set(byIndicator(late).flatMap(({ items: [first] }) => (first && !known.has(placeOf(first)) ? [first.period] : [])))] : [];
	const older = useQueries({ queries: periods.map(grid) });
	const cells = new Map<string, GridRow[]>();
	const seen = new Set<string>();
	for (const of of [now, ...older])
		for (const row of of.data?.may_submit ? of.data.rows : []) {
			const key = `${placeOf(row)}|${row.breakdown}`;
			if (!seen.has(key)) cells.set(placeOf(row), [...(cells.get(placeOf(row)) ?? []), row]);
			seen.add(key);
		}
	return (item) => cells.get(placeOf(item)) ?? [];
}

interface Sent { item: OwedItem; row: GridRow; result: Delivered; at: number }
interface Lines { unit: string; cells: (item: OwedItem) => GridRow[]; sent: (item: OwedItem, row: GridRow, result: Delivered) => void; nudged: Set<string>; spent: () => number }

/** The next line to type into, read before the present one goes. */
function focusNext(): void {
	const inputs = [...document.querySelectorAll<HTMLInputElement>('input[data-quick]')].filter((input) => input.offsetParent !== null);
	const at = inputs.findIndex((input) => input.closest('form')?.contains(document.activeElement));
	(inputs[at + 1] ?? document.querySelector<HTMLElement>('main h1'))?.focus();
}

export function OwedList({ owed, asOf, unit, today, nudges = [] }: { owed: Owed; asOf: number; unit: string; today: string; nudges?: Nudge[] }) {
	const { t } = useTexts('operate');
	const queries = useQueryClient();
	const [gone, setGone] = useState<Sent[]>([]);
	const work = useWorkTime(`today.${unit}`);
	const open = useMemo(() => {
		// Until the next answer of the server says so itself.
		const moved = new Set(gone.filter((one) => one.at > asOf).map((one) => placeOf(one.item)));
		return owed.items.filter((item) => item.state !== 'met' && !moved.has(placeOf(item)));
	}, [owed, gone, asOf]);
	const late = open.filter((item) => item.state === 'late');
	const { soon, later } = dueOf(open.filter((item) => item.state === 'due'), today);
	const met = owed.items.filter((item) => item.state === 'met');
	const cells = useCells(unit, late);
	const sent: Lines['sent'] = (item, row, result) => {
		work.done();
		focusNext();
		setGone((was) => [{ item, row, result, at: Date.now() }, ...was]);
		for (const key of ['owed', 'grid', 'figures', 'deliveries', 'overview']) void queries.invalidateQueries({ queryKey: [key] });
	};
	const nudged = new Set(nudges.map((one) => `${one.indicator}|${one.period}`));
	const lines: Lines = { unit, cells, sent, nudged, spent: work.seconds };
	return (
		<>
			{late.length > 0 && (
				<Panel flush title={<span className={css.hand}>{t('officer.lateTitle', { count: late.length })}</span>}>
					<Debts items={late} lines={lines} late />
				</Panel>
			)}
			{soon.map(({ day, items }) => (
				<Panel key={day} flush title={<DayTitle day={day} today={today} items={items} />}>
					<Debts items={items} lines={lines} />
				</Panel>
			))}
			{later.length > 0 && (
				<Panel flush title={t('officer.later', { count: later.length })}>
					<Debts items={later} lines={lines} later />
				</Panel>
			)}
			{(met.length > 0 || gone.length > 0) && (
				<Panel flush title={t('officer.metTitle', { count: Math.max(met.length, gone.length) })}>
					{gone.length > 0 && <ul className={css.items} aria-live="polite">{gone.map((one) => <JustSent key={`${placeOf(one.item)}|${one.at}`} sent={one} />)}</ul>}
					{met.length > 0 && (
						<details className={css.met}>
							<summary>{t('officer.metShow', { count: byIndicator(met).length })}</summary>
							<ul className={css.items}>{byIndicator(met).map((debt) => <MetLine key={debt.indicator} debt={debt} />)}</ul>
						</details>
					)}
				</Panel>
			)}
		</>
	);
}

function DayTitle({ day, today, items }: { day: string; today: string; items: OwedItem[] }) {
	const { t } = useTexts('operate');
	const time = formatTime(items[0]?.deadline ?? day);
	if (day === today) return <>{t('officer.today', { time })}</>;
	return <>{t('officer.tomorrow', { time })}</>;
}

const shown = 12;

function Debts({ items, lines, late, later }: { items: OwedItem[]; lines: Lines; late?: boolean; later?: boolean }) {
	const { t } = useTexts('operate');
	const debts = byIndicator(items);
	const line = (debt: Debt) => <Line key={debt.indicator} debt={debt} lines={lines} late={late} later={later} />;
	return (
		<ul className={css.items}>
			{debts.slice(0, shown).map(line)}
			{debts.length > shown && (
				<li>
					<details>
						<summary>{t('officer.more', { count: debts.length - shown })}</summary>
						<ul className={css.items}>{debts.slice(shown).map(line)}</ul>
					</details>
				</li>
			)}
		</ul>
	);
}

function Line({ debt, lines, late, later }: { debt: Debt; lines: Lines; late?: boolean; later?: boolean }) {
	const { t, language } = useTexts('operate');
	const { name } = useNames();
	const [first] = debt.items;
	const last = debt.items.at(-1);
	if (!first || !last) return null;
	const period = (item: OwedItem) => formatPeriod(item.period, language, true);
	const rows = lines.cells(first);
	const [row] = rows;
	const grid = `/entry?unit=${encodeURIComponent(lines.unit)}&focus=${encodeURIComponent(debt.indicator)}`;
	return (
		<li className={css.line}>
			<div className={css.owed}>
				<Link to={grid as never} className={css.what}>{name(first) || debt.indicator}</Link>
				<span className="dim">{debt.items.length > 1 ? t('officer.periods', { count: debt.items.length, first: period(first), last: period(last) }) : formatPeriod(first.period, language)}</span>
				{late && <span className={css.wait}>{t('officer.since', { date: formatDate(first.deadline) })}</span>}
				{debt.items.some((item) => lines.nudged.has(placeOf(item))) && <span className={css.nudged}><IconBell size="0.875rem" aria-hidden />{t('officer.nudged')}</span>}
				{later && <span className="dim">{t('officer.deadline', { date: formatDate(first.deadline), time: formatTime(first.deadline) })}</span>}
			</div>
			{row && rows.length === 1
				? <Suspense fallback={null}><QuickEntry key={first.period} unit={lines.unit} row={row} spent={lines.spent} done={(result) => lines.sent(first, row, result)} /></Suspense>
				: rows.length > 1 ? <Link to={grid as never}>{t('officer.cells', { count: rows.length })}</Link> : !late && !later && <FigureStatus status={first.state} />}
		</li>
	);
}

/** What was just sent from this page, with its receipt. */
function JustSent({ sent: { item, row, result } }: { sent: Sent }) {
	const { t, language } = useTexts('operate');
	const { name } = useNames();
	const value = result.rows[0]?.value ?? null;
	return (
		<li>
			<span className={css.what}>{name(item) || item.indicator} <span className="dim">{formatPeriod(item.period, language)}</span></span>
			<Figure value={value} measure={(language === 'en' ? row.measure_en : '') || row.measure_vi} />
			<span className="dim">{t('officer.receivedAt', { time: formatTime(result.receipt?.at ?? result.received, true) })}</span>
			<Link to="/deliveries/$id" params={{ id: result.id } as never}>{t('officer.receipt', { id: result.id })}</Link>
		</li>
	);
}

function MetLine({ debt }: { debt: Debt }) {
	const { t, language } = useTexts('operate');
	const { name } = useNames();
	const last = debt.items.at(-1);
	if (!last) return null;
	return (
		<li>
			{last.figure ? <Link to="/figures/$id" params={{ id: last.figure } as never} className={css.what}>{name(last) || debt.indicator}</Link> : <span className={css.what}>{name(last) || debt.indicator}</span>}
			<span className="dim">{debt.items.length > 1 ? t('officer.periods', { count: debt.items.length, first: formatPeriod(debt.items[0]?.period ?? '', language, true), last: formatPeriod(last.period, language, true) }) : formatPeriod(last.period, language)}</span>
			{last.met && <span className="dim">{t('officer.receivedAt', { time: formatDateTime(last.met) })}</span>}
			<FigureStatus status={last.state} />
		</li>
	);
}
