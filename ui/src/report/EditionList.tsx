import { useTexts } from '../app/i18n';
import { type Column, DataTable } from '../base/DataTable';
import { formatBytes, formatDateTime, formatPeriod } from '../base/format';
import { Age, StatusPill } from '../base/small';
import type { Edition } from './contract';
import css from './report.module.css';

/** Editions, the newest first, each with its files; `named` when they are of several reports. */
export function EditionList({ editions, label, named }: { editions: Edition[]; label: string; named?: boolean }) {
	const { t, language } = useTexts('report');
	const columns: Column<Edition>[] = [
		...(named ? [{ id: 'name', header: t('editions.report'), main: true, cell: (row: Edition) => row.name }] : []),
		{ id: 'period', header: t('editions.period'), main: !named, cell: (row) => formatPeriod(row.period, language) },
		{ id: 'made', header: t('editions.made'), cell: (row) => <span title={formatDateTime(row.made, true)}><Age at={row.made} />{row.due === null && <span className="dim"> · {t('editions.byHand')}</span>}</span> },
		{ id: 'files', header: t('editions.files'), cell: (row) => <Files edition={row} /> },
	];
	return <DataTable label={label} columns={columns} rows={editions} rowId={(row) => row.id} to={named ? (row) => `/reports/${row.report}` : undefined} marked={(row) => Boolean(row.problem)} />;
}

function Files({ edition }: { edition: Edition }) {
	const { t, language } = useTexts('report');
	if (edition.problem) return <span className={css.problem}><StatusPill tone="hand">{t('editions.failed')}</StatusPill> {edition.problem}</span>;
	return (
		<span className={css.files}>
			{edition.files.map((file) => (
				<a key={file.format} className={css.file} download href={`/api/v1/reports/${edition.report}/editions/${edition.id}/${file.format}`}
					aria-label={t('editions.download', { format: file.format.toUpperCase(), size: formatBytes(file.bytes, language), name: edition.name, period: formatPeriod(edition.period, language) })}>
					{file.format.toUpperCase()} <span className="dim">{formatBytes(file.bytes, language)}</span>
				</a>
			))}
			{edition.demonstration && <span className="dim">{t('editions.demonstration')}</span>}
		</span>
	);
}
