import { Button } from '@mantine/core';
import { IconCopy, IconPrinter } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../app/api';
import { useNames, useTexts } from '../app/i18n';
import { formatDateTime } from '../base/format';
import { notify } from '../base/notify';
import { Facts } from '../base/small';
import type { Delivery } from './contract';
import css from './Receipt.module.css';

/** Proof of what was sent and when: the server's time of receipt and the place in the journal that shows it. */
export function ReceiptCard({ delivery }: { delivery: Delivery }) {
	const { t } = useTexts('collect');
	const { name } = useNames();
	const unit = useQuery({
		queryKey: ['units', 'one', delivery.unit],
		queryFn: () => answer(api.GET('/api/v1/{kind}/{id}', { params: { path: { kind: 'units', id: delivery.unit ?? '' } } })),
		enabled: Boolean(delivery.unit),
	});
	const receipt = delivery.receipt;
	if (!receipt) return null;
	const unitName = unit.data ? name(unit.data) : delivery.unit ?? '–';
	const lines: [string, string][] = [
		[t('receipt.number'), delivery.id],
		[t('receipt.unit'), unitName],
		[t('receipt.at'), formatDateTime(receipt.at, true)],
		[t('receipt.counts'), t('receipt.countsText', { accepted: delivery.accepted, same: delivery.same, doubtful: delivery.doubtful, refused: delivery.refused })],
		[t('receipt.journal'), `${receipt.server}:${receipt.seq}`],
	];
	const copy = async () => {
		await navigator.clipboard.writeText([t('receipt.title'), ...lines.map(([label, text]) => `${label}: ${text}`), `${t('receipt.hash')}: ${receipt.hash}`, `${location.origin}/deliveries/${delivery.id}`].join('\n'));
		await notify({ tone: 'good', text: t('receipt.copied') });
	};
	return (
		<section className={css.receipt} aria-label={t('receipt.title')}>
			<h2>{t('receipt.title')}</h2>
			<Facts items={lines} />
			<dl className={css.hash}><dt>{t('receipt.hash')}</dt><dd className="mono">{receipt.hash}</dd></dl>
			<p className="dim">{t('receipt.keep')}</p>
			<div className={`${css.actions} no-print`}>
				<Button variant="default" leftSection={<IconCopy size="1.125rem" aria-hidden />} onClick={() => void copy()}>{t('receipt.copy')}</Button>
				<Button variant="default" leftSection={<IconPrinter size="1.125rem" aria-hidden />} onClick={() => print()}>{t('receipt.print')}</Button>
			</div>
		</section>
	);
}
