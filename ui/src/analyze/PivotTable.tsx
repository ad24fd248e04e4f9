import { Link } from '@tanstack/react-router';
import { type KeyboardEvent, type ReactNode, useMemo, useRef } from 'react';
import { useNames, useTexts } from '../app/i18n';
import { formatDecimal, formatPeriod } from '../base/format';
import { Spark } from '../base/small';
import type { Pivot, PivotMember } from './contract';
import { isTotal, notesBy } from './pivot';
import css from './Pivot.module.css';

/** What one member is called, its axes joined. */
export function useMemberName(table: Pivot) {
	const { t, language } = useTexts('analyze');
	const { name } = useNames();
	const indicators = useMemo(() => new Map(table.indicators.map((one) => [one.code, one])), [table]);
	return (member: PivotMember, short = false): string => {
		const parts = Object.entries(member).map(([axis, value]: [string, unknown]) => {
			if (value === null) return axis === 'unit' ? t('pivot.allUnits') : t('pivot.allPeriods');
			if (axis === 'period') return formatPeriod(String(value), language, short);
			if (axis === 'indicator') return name(indicators.get(String(value))) || String(value);
			return name(value as { name_vi: string; name_en: string });
		});
		return parts.join(' · ') || t('pivot.total');
	};
}

const steps: Record<string, [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** One stop of the Tab key; inside, arrows walk from cell to cell and Enter follows what the cell leads to. */
function useWalk() {
	const table = useRef<HTMLTableElement>(null);
	const onKeyDown = (event: KeyboardEvent<HTMLTableElement>) => {
		const cell = (event.target as HTMLElement).closest<HTMLElement>('[data-at]');
		if (!cell || !table.current) return;
		if (event.key === 'Enter' && event.target === cell) {
			cell.querySelector<HTMLElement>('a, button')?.click();
			return;
		}
		const step = steps[event.key];
		const [row = 0, column = 0] = (cell.dataset.at ?? '').split('/').map(Number);
		const to = step ? [row + step[0], column + step[1]] : event.key === 'Home' ? [row, 0] : null;
		const next = to && table.current.querySelector<HTMLElement>(`[data-at="${to[0]}/${to[1]}"]`);
		if (!next) return;
		event.preventDefault();
		table.current.querySelector<HTMLElement>('[data-at][tabindex="0"]')?.setAttribute('tabindex', '-1');
		next.tabIndex = 0;
		next.focus();
	};
	return { ref: table, onKeyDown };
}

/** An answer of the cube as a table.  `drill`: where a member of the rows or columns leads; null: nowhere. */
export function PivotTable({ table, measure, label, drill, spark }: {
	table: Pivot; measure: string; label: string; spark?: boolean;
	drill?: (member: PivotMember) => { to: string; label: string } | null;
}) {
	const { t, language } = useTexts('analyze');
	const nameOf = useMemberName(table);
	const notes = useMemo(() => notesBy(table.notes), [table]);
	const walk = useWalk();
	const axes = Object.keys(table.rows[0] ?? {}).map((axis) => t(`pivot.axis.${axis}`)).join(' · ');
	const lead = (member: PivotMember, text: string): ReactNode => {
		const way = drill?.(member);
		return way ? <Link to={way.to as never} tabIndex={-1} title={way.label}>{text}</Link> : text;
	};
	const lines = spark && table.columns.filter((member) => typeof member.period === 'string').length > 2;
	return (
		<div className={css.scroll} role="region" aria-label={label} tabIndex={-1}>
			<table ref={walk.ref} className={css.table} role="grid" aria-label={label} onKeyDown={walk.onKeyDown}>
				<thead>
					<tr>
						<th scope="col" data-at="0/0" tabIndex={0}>{axes || t('pivot.total')}</th>
						{lines && <th scope="col">{t('pivot.trend')}</th>}
						{table.columns.map((member, column) => <th key={column} scope="col" data-at={`0/${column + 1}`} tabIndex={-1} data-total={isTotal(member) || undefined}>{lead(member, nameOf(member, true))}</th>)}
					</tr>
				</thead>
				<tbody>
					{table.rows.map((member, row) => (
						<tr key={row} data-total={isTotal(member) || undefined}>
							<th scope="row" data-at={`${row + 1}/0`} tabIndex={-1}>{lead(member, nameOf(member))}</th>
							{lines && <td className={css.trend}><Spark values={table.columns.map((over, column) => (isTotal(over) ? undefined : asText(table.cells[measure]?.[row]?.[column]))).filter((value) => value !== undefined)} label={t('pivot.trendOf', { name: nameOf(member) })} /></td>}
							{table.columns.map((over, column) => {
								const value = table.cells[measure]?.[row]?.[column] ?? null;
								const figure = measure === 'value' ? table.cells.figure?.[row]?.[column] : null;
								const note = notes.get(`${row}/${column}`);
								const text = value === null || (measure === 'rank' && value === 0) ? '–' : formatDecimal(String(value), language);
								return (
									<td key={column} data-at={`${row + 1}/${column + 1}`} tabIndex={-1} data-total={isTotal(over) || undefined} title={note ? noteText(note.why, note.periods, note.of, t) : undefined}>
										{figure ? <Link to={`/figures/${figure}` as never} tabIndex={-1}>{text}</Link> : text}
										{note?.why === 'part' && value !== null && <small> {note.periods}/{note.of}</small>}
										{note && note.why !== 'part' && <span className="sr"> {noteText(note.why, undefined, undefined, t)}</span>}
									</td>
								);
							})}
						</tr>
					))}
				</tbody>
			</table>
		</div>
	);
}

function asText(value: string | number | null | undefined): string | null {
	return value === null || value === undefined ? null : String(value);
}

function noteText(why: string, periods: number | undefined, of: number | undefined, t: ReturnType<typeof useTexts>['t']): string {
	return t(`pivot.why.${why}`, { periods, of, defaultValue: why });
}
