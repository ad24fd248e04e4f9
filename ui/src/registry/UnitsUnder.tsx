/* The picture of a unit that owes nothing itself: how the units under it stand, those that need a hand first. */
import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../app/api';
import type { RecordRow, UnitTally } from '../app/contract';
import { useNames, useTexts } from '../app/i18n';
import { type Column, DataTable } from '../base/DataTable';
import { formatCount } from '../base/format';
import { Panel } from '../base/Page';
import { Age, StatusPill, Tile } from '../base/small';
import { EmptyState, Loaded } from '../base/States';
import { codeOf } from '../base/UnitPicker';
import css from './registry.module.css';

/** Codes of all units under one, at any depth. */
export function under(code: string, all: RecordRow[]): Set<string> {
	const children = new Map<string, string[]>();
	for (const row of all)
		if (typeof row.parent === 'string') children.set(row.parent, [...(children.get(row.parent) ?? []), codeOf(row)]);
	const found = new Set<string>();
	const visit = (parent: string) => {
		for (const child of children.get(parent) ?? [])
			if (child !== code && !found.has(child)) {
				found.add(child);
				visit(child);
			}
	};
	visit(code);
	return found;
}

/** Silent ones, then who owes most, then by name. */
export function standing(units: UnitTally[]): UnitTally[] {
	return [...units].sort((a, b) => Number(b.silent) - Number(a.silent) || b.late - a.late || a.name_vi.localeCompare(b.name_vi, 'vi'));
}

export function UnitsUnder({ code, units }: { code: string; units: RecordRow[] }) {
	const { t, language } = useTexts('registry');
	const { name } = useNames();
	const overview = useQuery({ queryKey: ['overview'], queryFn: () => answer(api.GET('/api/v1/overview')) });
	const number = (of: (unit: UnitTally) => number) => (unit: UnitTally) => formatCount(of(unit), language);
	const columns: Column<UnitTally>[] = [
		{ id: 'name', header: t('units.name'), main: true, cell: (unit) => name(unit) },
		{ id: 'late', header: t('units.late'), right: true, cell: number((unit) => unit.late) },
		{ id: 'due', header: t('units.due'), right: true, cell: number((unit) => unit.due) },
		{ id: 'met', header: t('units.met'), right: true, cell: number((unit) => unit.met) },
		{ id: 'last', header: t('units.lastSent'), cell: (unit) => (unit.silent ? <StatusPill tone="hand">{t('units.silent')}</StatusPill> : <span className="dim"><Age at={unit.last} /></span>) },
	];
	return (
		<Loaded query={overview}>
			{(data) => {
				const mine = under(code, units);
				const rows = standing(data.units.filter((unit) => mine.has(unit.unit)));
				if (rows.length === 0) return <Panel><EmptyState title={t('units.noFigures')} text={t('units.noFiguresText')} /></Panel>;
				const sum = (of: (unit: UnitTally) => number) => formatCount(rows.reduce((total, unit) => total + of(unit), 0), language);
				const late = rows.some((unit) => unit.late > 0);
				return (
					<div className={css.stack}>
						<div className={css.tiles}>
							<Tile value={sum((unit) => unit.late)} text={t('units.late')} tone={late ? 'hand' : 'good'} />
							<Tile value={sum((unit) => unit.due)} text={t('units.due')} />
							<Tile value={sum((unit) => unit.met)} text={t('units.metDays', { count: data.days })} />
							<Tile value={sum((unit) => Number(!unit.silent))} of={formatCount(rows.length, language)} text={t('units.active')} />
						</div>
						<Panel flush title={t('units.standing')}>
							<DataTable label={t('units.standing')} columns={columns} rows={rows} rowId={(unit) => unit.unit} to={(unit) => `/units/${encodeURIComponent(unit.unit)}`} marked={(unit) => unit.silent} />
						</Panel>
					</div>
				);
			}}
		</Loaded>
	);
}
