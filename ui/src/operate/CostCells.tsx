import { Button, NativeSelect } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answer, api } from '../app/api';
import type { CostCell, Dimension } from '../app/contract';
import { useNames, useTexts } from '../app/i18n';
import { useUrl } from '../app/url';
import { type Column, DataTable } from '../base/DataTable';
import { formatPeriod } from '../base/format';
import { Panel } from '../base/Page';
import { EmptyState, ErrorState, Loading } from '../base/States';
import css from './Quality.module.css';
import { points } from './points';

/** The figures that cost points, each with its reason and the one thing that mends it. */
export function CostCells({ unit, domain, period, dimensions }: { unit: string; domain: string; period: string; dimensions: Dimension[] }) {
	const { t, language } = useTexts('operate');
	const { name } = useNames();
	const url = useUrl();
	const dimension = dimensions.some((of) => of.code === url.one('dimension')) ? url.one('dimension') : '';
	const query = { unit: unit || undefined, domain: domain || undefined, period: period || undefined, dimension: dimension || undefined, limit: 60 };
	const cells = useInfiniteQuery({
		queryKey: ['scores', 'cells', query],
		queryFn: ({ pageParam }) => answer(api.GET('/api/v1/scores/cells', { params: { query: { ...query, cursor: pageParam || undefined } } })),
		initialPageParam: '',
		getNextPageParam: (last) => last.next ?? undefined,
	});
	const rows = cells.data?.pages.flatMap((page) => page.items) ?? [];
	const nameOf = (code: string) => name(dimensions.find((of) => of.code === code));
	const columns: Column<CostCell>[] = [
		{ id: 'indicator', header: t('quality.indicator'), main: true, cell: (row) => (row.indicator ? name(row) : t('quality.otherCells')) },
		{ id: 'unit', header: t('quality.unit'), wide: true, cell: (row) => name({ name_vi: row.unit_vi, name_en: row.unit_en }) },
		{ id: 'period', header: t('quality.period'), cell: (row) => formatPeriod(row.period, language) },
		{ id: 'dimension', header: t('quality.dimension'), cell: (row) => nameOf(row.dimension) },
		{ id: 'lost', header: t('quality.lost'), right: true, cell: (row) => points(row.lost, language) },
		{ id: 'why', header: t('quality.why'), cell: (row) => t(`quality.reason.${row.reason}`, { n: row.reason === 'form_faults' ? row.unclean : row.owed - row.filled }) },
		{ id: 'do', header: t('quality.do'), cell: (row) => <Action of={row} /> },
	];
	return (
		<Panel flush title={t('quality.cells')} actions={<NativeSelect aria-label={t('quality.dimension')} value={dimension} onChange={(event) => void url.set({ dimension: event.currentTarget.value || undefined })} data={[{ value: '', label: t('quality.every') }, ...dimensions.map((of) => ({ value: of.code, label: name(of) }))]} />}>
			{cells.isPending ? <Loading /> : cells.isError ? <ErrorState error={cells.error} retry={() => void cells.refetch()} />
				: rows.length === 0 ? <EmptyState title={t('quality.cellsNone')} text={t('quality.cellsNoneText')} />
					: <DataTable label={t('quality.cells')} columns={columns} rows={rows} rowId={(row) => `${row.unit}.${row.indicator}.${row.period}.${row.dimension}`} />}
			{cells.hasNextPage && <div className={css.more}><Button variant="default" loading={cells.isFetchingNextPage} onClick={() => void cells.fetchNextPage()}>{t('quality.more')}</Button></div>}
		</Panel>
	);
}

function Action({ of }: { of: CostCell }) {
	const { t } = useTexts('operate');
	const text = t(`quality.action.${of.action.do}`);
	const to = of.action.delivery ? `/deliveries/${of.action.delivery}` : of.action.href;
	return to ? <Link to={to as never}>{text}</Link> : <>{text}</>;
}
