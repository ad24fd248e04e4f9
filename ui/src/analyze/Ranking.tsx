import { Button, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answer, api } from '../app/api';
import { useTexts } from '../app/i18n';
import { useUrl } from '../app/url';
import { type Column, DataTable } from '../base/DataTable';
import { formatDecimal, formatPeriod } from '../base/format';
import { Panel } from '../base/Page';
import { Age, FigureStatus, StatusPill } from '../base/small';
import { EmptyState, Loaded } from '../base/States';
import type { GridFigure } from '../collect/contract';
import type { Indicator } from './contract';
import css from './Indicator.module.css';
import { meets, ranked } from './series';

/** Units side by side in one period, each value leading to where it comes from. */
export function Ranking({ indicator, period, periods, asOf, unitName, measure, compared }: {
	indicator: Indicator; period: string; periods: string[]; asOf: string; unitName: (code: string | null) => string; measure: string; compared: string[];
}) {
	const { t, language } = useTexts('analyze');
	const url = useUrl();
	const query = { indicator: indicator.code, from: period, to: period, as_of: asOf || undefined, breakdown: '', limit: 5000 };
	const figures = useQuery({ queryKey: ['figures', 'ranking', query], queryFn: async () => ranked((await answer(api.GET('/api/v1/figures', { params: { query } }))).items as GridFigure[], indicator.direction) });
	const most = Math.max(1e-12, ...(figures.data ?? []).map((figure) => Math.abs(Number(figure.value))));
	const columns: Column<GridFigure & { rank: number }>[] = [
		{ id: 'rank', header: t('rank.rank'), right: true, width: '4rem', cell: (row) => row.rank },
		{ id: 'unit', header: t('rank.unit'), main: true, cell: (row) => unitName(row.unit) },
		{ id: 'value', header: `${t('rank.value')}${measure ? ` (${measure})` : ''}`, right: true, cell: (row) => <Link to={`/figures/${row.id}` as never} aria-label={t('rank.lineage', { unit: unitName(row.unit), value: formatDecimal(row.value, language) })}>{formatDecimal(row.value, language)}</Link> },
		{ id: 'bar', header: <span className="sr">{t('rank.bar')}</span>, wide: true, cell: (row) => <span className={css.bar} aria-hidden><i style={{ width: `${(Math.abs(Number(row.value)) / most) * 100}%` }} data-met={meets(row.value, indicator.target, indicator.direction) ?? undefined} /></span> },
		...(indicator.target !== null && indicator.direction !== 'none' ? [{ id: 'target', header: t('page.target'), cell: (row: GridFigure) => (meets(row.value, indicator.target, indicator.direction) ? <StatusPill tone="good">{t('page.met')}</StatusPill> : <StatusPill tone="wait">{t('page.unmet')}</StatusPill>) }] : []),
		{ id: 'status', header: t('rank.status'), cell: (row) => <FigureStatus status={row.status} /> },
		{ id: 'age', header: t('rank.received'), wide: true, cell: (row) => <Age at={row.received} /> },
		{ id: 'compare', header: <span className="sr">{t('page.compare')}</span>, right: true, wide: true, cell: (row) => (compared.includes(row.unit ?? '')
			? <Button size="compact-xs" variant="light" onClick={() => void url.set({ unit: compared.filter((of) => of !== row.unit) })}>{t('rank.drop')}</Button>
			: <Button size="compact-xs" variant="default" disabled={compared.length >= 6} onClick={() => void url.set({ unit: [...compared, row.unit ?? ''] })} aria-label={t('rank.addOf', { unit: unitName(row.unit) })}>{t('rank.add')}</Button>) },
	];
	const choices = [...new Set([...periods, period])].sort().reverse();
	return (
		<Panel flush title={t('rank.title', { period: formatPeriod(period, language) })} actions={<NativeSelect aria-label={t('page.period')} value={period} onChange={(event) => void url.set({ at: event.currentTarget.value })} data={choices.map((of) => ({ value: of, label: formatPeriod(of, language) }))} />}>
			<Loaded query={figures} isEmpty={(data) => data.length === 0} empty={<EmptyState title={t('rank.empty')} text={t('rank.emptyText')} />}>
				{(data) => <DataTable label={t('rank.title', { period: formatPeriod(period, language) })} columns={columns} rows={data.map((figure, i) => ({ ...figure, rank: i + 1 }))} rowId={(row) => row.id} />}
			</Loaded>
		</Panel>
	);
}
