import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { answer, api } from '../app/api';
import { useNames, useTexts } from '../app/i18n';
import { unitsOf, useSession } from '../app/session';
import { useUrl } from '../app/url';
import { type Column, DataTable } from '../base/DataTable';
import { useAll } from '../base/Field';
import { formatDateTime } from '../base/format';
import { Page, Panel } from '../base/Page';
import { Age, StatusPill } from '../base/small';
import { EmptyState, ErrorState, Loading, Stale } from '../base/States';
import { UnitPicker } from '../base/UnitPicker';
import type { Delivery } from './contract';
import { Effort } from './Effort';
import css from './Upload.module.css';

/** "What was sent, and what became of it?" */
export default function Deliveries() {
	const { t } = useTexts('collect');
	const { name } = useNames();
	const session = useSession();
	const url = useUrl();
	const unit = url.one('unit');
	const units = useAll('units');
	const pages = useInfiniteQuery({
		queryKey: ['deliveries', 'list', unit],
		queryFn: ({ pageParam }) => answer(api.GET('/api/v1/deliveries', { params: { query: { unit: unit || undefined, cursor: pageParam || undefined, limit: 100 } } })),
		initialPageParam: '',
		getNextPageParam: (last) => last.next,
	});
	const rows = pages.data?.pages.flatMap((page) => page.items) ?? [];
	const nameOf = (code: string | null) => {
		const found = units.data?.find((of) => of.code === code);
		return found ? name(found) : code ?? t('deliveries.centre');
	};
	const columns: Column<Delivery>[] = [
		{ id: 'unit', header: t('deliveries.unit'), main: true, cell: (row) => nameOf(row.unit) },
		{ id: 'received', header: t('deliveries.received'), cell: (row) => <span title={formatDateTime(row.received, true)}><Age at={row.received} /></span> },
		{ id: 'source', header: t('deliveries.source'), cell: (row) => row.filename || t(`source.${row.source}`) },
		{ id: 'accepted', header: t('deliveries.accepted'), right: true, cell: (row) => row.accepted },
		{ id: 'same', header: t('deliveries.same'), right: true, wide: true, cell: (row) => row.same },
		{ id: 'doubtful', header: t('deliveries.doubtful'), right: true, cell: (row) => row.doubtful },
		{ id: 'refused', header: t('deliveries.refused'), right: true, cell: (row) => row.refused },
		{ id: 'status', header: t('deliveries.status'), cell: (row) => <DeliveryStatus delivery={row} /> },
	];
	return (
		<Page title={t('deliveries.title')} lead={t('deliveries.lead')} actions={unitsOf(session).length !== 1 && <div className={css.unit}><UnitPicker ariaLabel={t('deliveries.unit')} placeholder={t('deliveries.anyUnit')} value={unit || null} onChange={(code) => void url.set({ unit: code ?? undefined })} /></div>}>
			{pages.data === undefined ? (pages.isError ? <ErrorState error={pages.error} retry={() => void pages.refetch()} /> : <Loading rows={10} />) : (
				<>
					{pages.isError && <Stale at={pages.dataUpdatedAt} />}
					<Effort unit={unit} />
					{rows.length === 0 ? <EmptyState title={t('deliveries.empty')} text={t('deliveries.emptyText')} /> : (
						<Panel flush>
							<DataTable label={t('deliveries.title')} columns={columns} rows={rows} rowId={(row) => row.id} to={(row) => (row.status === 'waiting' ? `/upload?upload=${row.id}` : `/deliveries/${row.id}`)} marked={(row) => row.refused > 0}
								foot={pages.hasNextPage && <Button variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>{t('deliveries.more')}</Button>} />
						</Panel>
					)}
				</>
			)}
		</Page>
	);
}

export function DeliveryStatus({ delivery }: { delivery: Delivery }) {
	const { t } = useTexts('collect');
	if (delivery.status === 'waiting') return <StatusPill tone="wait">{t('deliveries.waiting')}</StatusPill>;
	if (delivery.refused > 0) return <StatusPill tone="hand">{t('deliveries.some')}</StatusPill>;
	if (delivery.doubtful > 0) return <StatusPill tone="wait">{t('deliveries.explain')}</StatusPill>;
	return <StatusPill tone="good">{t('deliveries.good')}</StatusPill>;
}
