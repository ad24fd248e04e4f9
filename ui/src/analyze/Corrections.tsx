import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../app/api';
import { useTexts } from '../app/i18n';
import { DataTable } from '../base/DataTable';
import { formatDecimal, formatPeriod } from '../base/format';
import { Panel } from '../base/Page';
import { Age } from '../base/small';
import { EmptyState, Loaded } from '../base/States';
import type { GridFigure } from '../collect/contract';
import type { Indicator } from './contract';

interface Correction { figure: GridFigure; before: string | null }

/** Each revision beside the one it replaced, newest first. */
export function correctionsOf(figures: GridFigure[]): Correction[] {
	const by = new Map(figures.map((figure) => [`${figure.unit}|${figure.period}|${figure.breakdown}|${figure.revision}`, figure]));
	return figures
		.filter((figure) => figure.revision > 1)
		.map((figure) => ({ figure, before: by.get(`${figure.unit}|${figure.period}|${figure.breakdown}|${figure.revision - 1}`)?.value ?? null }))
		.sort((a, b) => b.figure.received.localeCompare(a.figure.received));
}

/** What was corrected in the last periods, from what, to what, and why. */
export function Corrections({ indicator, from, to, asOf, unitName }: { indicator: Indicator; from: string; to: string; asOf: string; unitName: (code: string | null) => string }) {
	const { t, language } = useTexts('analyze');
	const query = { indicator: indicator.code, from, to, revisions: 'all', as_of: asOf || undefined, limit: 5000 };
	const figures = useQuery({ queryKey: ['figures', 'revisions', query], queryFn: async () => correctionsOf((await answer(api.GET('/api/v1/figures', { params: { query } }))).items as GridFigure[]) });
	return (
		<Panel flush title={t('fix.title', { from: formatPeriod(from, language) })}>
			<Loaded query={figures} isEmpty={(data) => data.length === 0} empty={<EmptyState title={t('fix.empty')} text={t('fix.emptyText')} />}>
				{(data) => (
					<DataTable
						label={t('tab.corrections')} rows={data} rowId={(row) => row.figure.id} to={(row) => `/figures/${row.figure.id}`}
						columns={[
							{ id: 'unit', header: t('rank.unit'), main: true, cell: ({ figure }) => unitName(figure.unit) },
							{ id: 'period', header: t('page.period'), cell: ({ figure }) => formatPeriod(figure.period, language) },
							{ id: 'before', header: t('fix.before'), right: true, cell: ({ before }) => formatDecimal(before, language) },
							{ id: 'after', header: t('fix.after'), right: true, cell: ({ figure }) => formatDecimal(figure.value, language) },
							{ id: 'reason', header: t('fix.reason'), cell: ({ figure }) => figure.reason || figure.remark || '–' },
							{ id: 'at', header: t('rank.received'), cell: ({ figure }) => <Age at={figure.received} /> },
						]}
					/>
				)}
			</Loaded>
		</Panel>
	);
}
