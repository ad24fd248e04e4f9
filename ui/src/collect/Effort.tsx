/* What sending costs people, and what each way of sending saves them: measured, in sums only, never of one person. */
import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../app/api';
import { useTexts } from '../app/i18n';
import { type Column, DataTable } from '../base/DataTable';
import { formatCount, formatDecimal } from '../base/format';
import { Panel } from '../base/Page';
import { Loaded } from '../base/States';
import type { Effort as EffortOf, WayEffort } from './contract';
import css from './Upload.module.css';

export function Effort({ unit }: { unit: string }) {
	const { t } = useTexts('collect');
	const effort = useQuery({ queryKey: ['effort', unit], queryFn: () => answer(api.GET('/api/v1/effort', { params: { query: { unit: unit || undefined } } })) });
	return <Panel title={t('effort.title')}><Loaded query={effort} rows={1}>{(data) => <Told effort={data} />}</Loaded></Panel>;
}

function Told({ effort }: { effort: EffortOf }) {
	const { t, language } = useTexts('collect');
	const time = (minutes: number | null) => {
		if (minutes === null) return t('effort.unknown');
		const whole = Math.round(minutes);
		return Math.abs(whole) < 120 ? t('effort.minutes', { count: whole }) : t('effort.hours', { hours: formatCount(Math.round(whole / 60), language) });
	};
	const columns: Column<WayEffort>[] = [
		{ id: 'way', header: t('effort.way'), main: true, cell: (row) => t(`effort.ways.${row.way}`) },
		{ id: 'deliveries', header: t('effort.deliveries'), right: true, wide: true, cell: (row) => (row.way === 'formula' ? '–' : formatCount(row.deliveries, language)) },
		{ id: 'figures', header: t('effort.figures'), right: true, cell: (row) => formatCount(row.figures, language) },
		{ id: 'spent', header: t('effort.spent'), right: true, cell: (row) => time(row.spent_minutes) },
		{ id: 'saved', header: t('effort.saved'), right: true, cell: (row) => (row.way === 'typed' ? '–' : time(row.saved_minutes)) },
	];
	const said = effort.typed_seconds === null || effort.saved_minutes === null
		? t('effort.unmeasured', { measured: effort.typed_measured, least: effort.measured_least })
		: t('effort.sum', { saved: time(effort.saved_minutes), seconds: formatDecimal(effort.typed_seconds.toFixed(1), language), measured: formatCount(effort.typed_measured, language) });
	return (
		<>
			<p className={css.how}>{said}</p>
			<details className={css.reasons}>
				<summary>{t('effort.more')}</summary>
				<DataTable label={t('effort.title')} columns={columns} rows={effort.ways.filter((way) => way.figures > 0)} rowId={(row) => row.way} />
				<p>{t('effort.how')}</p>
			</details>
		</>
	);
}
