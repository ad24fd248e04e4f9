import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { answer, api } from '../app/api';
import { useNames, useTexts } from '../app/i18n';
import { useAll } from '../base/Field';
import { formatBytes, formatDateTime } from '../base/format';
import { Page, Panel } from '../base/Page';
import { Facts } from '../base/small';
import { Loaded } from '../base/States';
import type { Delivered } from './contract';
import { DeliveryStatus } from './Deliveries';
import { Counts, FileLinks, RowsTable, Warnings } from './DeliveryResult';
import { ReceiptCard } from './Receipt';

/** One arrival: what was kept, what was refused and why, and the proof. */
export default function DeliveryPage() {
	const { t } = useTexts('collect');
	const { id = '' } = useParams({ strict: false }) as { id?: string };
	const delivery = useQuery({ queryKey: ['deliveries', id], queryFn: () => answer(api.GET('/api/v1/deliveries/{id}', { params: { path: { id } } })) });
	return <Loaded query={delivery}>{(data) => <Shown delivery={data} title={t('delivery.title')} />}</Loaded>;
}

function Shown({ delivery, title }: { delivery: Delivered; title: string }) {
	const { t, language } = useTexts('collect');
	const { name } = useNames();
	const units = useAll('units');
	const unit = units.data?.find((of) => of.code === delivery.unit);
	return (
		<Page
			title={delivery.filename || `${title} ${unit ? name(unit) : delivery.unit ?? ''}`.trim()}
			crumbs={[{ text: t('deliveries.title'), to: '/deliveries' }]}
			actions={delivery.status === 'waiting' ? <Button component={Link} to={`/upload?upload=${delivery.id}` as never}>{t('delivery.map')}</Button> : <FileLinks delivery={delivery} />}
		>
			<Panel actions={<DeliveryStatus delivery={delivery} />} title={t('delivery.facts')}>
				<Facts items={[
					[t('deliveries.unit'), unit ? <Link key="unit" to={`/units/${delivery.unit}` as never}>{name(unit)}</Link> : delivery.unit ?? t('deliveries.centre')],
					[t('deliveries.received'), formatDateTime(delivery.received, true)],
					[t('deliveries.source'), t(`source.${delivery.source}`)],
					[t('delivery.size'), formatBytes(delivery.bytes, language)],
					...(delivery.note ? [[t('delivery.note'), delivery.note] as [string, string]] : []),
				]} />
			</Panel>
			<Warnings warnings={delivery.warnings} />
			<Counts delivery={delivery} />
			<ReceiptCard delivery={delivery} />
			<RowsTable rows={delivery.rows} title={t('result.open', { count: delivery.rows.length })} />
		</Page>
	);
}
