import { Alert, Button } from '@mantine/core';
import { IconDownload, IconFile } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { formatDecimal, formatPeriod } from '../base/format';
import { useAll } from '../base/Field';
import { type Column, DataTable } from '../base/DataTable';
import { Panel } from '../base/Page';
import { FigureStatus, Tile } from '../base/small';
import { useNames } from '../app/i18n';
import type { Delivered, DeliveryRow, Finding } from './contract';
import css from './Upload.module.css';
import { cellName } from './mapping';
import { useWords } from './words';

/** What its sender should know about the file as a whole. */
export function Warnings({ warnings }: { warnings: Finding[] }) {
	const { t, finding } = useWords();
	return warnings.map((warning) => <Alert key={warning.check} color="sand" variant="light" title={t('result.warning')}>{finding(warning)}</Alert>);
}

/** What became of a delivery, in numbers. */
export function Counts({ delivery }: { delivery: { accepted: number; same: number; doubtful: number; refused: number } }) {
	const { t } = useWords();
	return (
		<div className={css.tiles}>
			<Tile value={delivery.accepted} text={t('result.accepted')} tone={delivery.accepted > 0 ? 'good' : undefined} />
			<Tile value={delivery.same} text={t('result.same')} />
			<Tile value={delivery.doubtful} text={t('result.doubtful')} />
			<Tile value={delivery.refused} text={t('result.refused')} tone={delivery.refused > 0 ? 'hand' : undefined} />
		</div>
	);
}

export function FileLinks({ delivery }: { delivery: Delivered }) {
	const { t } = useWords();
	if (delivery.source !== 'file') return null;
	const at = `/api/v1/deliveries/${encodeURIComponent(delivery.id)}`;
	return (
		<>
			<Button component="a" href={`${at}/answer.xlsx`} variant="default" leftSection={<IconDownload size="1.125rem" aria-hidden />}>{t('result.answer')}</Button>
			<Button component="a" href={`${at}/file`} variant="default" leftSection={<IconFile size="1.125rem" aria-hidden />}>{t('result.original')}</Button>
		</>
	);
}

/** Cells with their reasons, those that need a hand first. */
export function RowsTable({ rows, title }: { rows: DeliveryRow[]; title: string }) {
	const { t, language, finding } = useWords();
	const { name } = useNames();
	const indicators = useAll('indicators');
	const units = useAll('units');
	if (rows.length === 0) return null;
	const named = (all: typeof units, code: string | null) => {
		const row = all.data?.find((of) => of.code === code);
		return row ? name(row) : code ?? '–';
	};
	const order = { refused: 0, doubtful: 1, same: 2, accepted: 3 };
	const columns: Column<DeliveryRow>[] = [
		{ id: 'cell', header: t('row.cell'), cell: (row) => <span className="mono">{[row.sheet, cellName(row.row, row.column)].filter(Boolean).join(' · ')}</span>, width: '8rem' },
		{ id: 'indicator', header: t('row.indicator'), main: true, cell: (row) => named(indicators, row.indicator) },
		{ id: 'unit', header: t('row.unit'), cell: (row) => named(units, row.unit), wide: true },
		{ id: 'period', header: t('row.period'), cell: (row) => (row.period ? formatPeriod(row.period, language, true) : '–') },
		{ id: 'value', header: t('row.value'), right: true, cell: (row) => (row.figure ? <Link to={`/figures/${row.figure}` as never}>{formatDecimal(row.read_as ?? row.value, language)}</Link> : row.read_as ? formatDecimal(row.read_as, language) : row.value ?? '–') },
		{ id: 'status', header: t('row.status'), cell: (row) => <FigureStatus status={row.status} /> },
		{ id: 'why', header: t('row.why'), cell: (row) => (row.withheld ? t('row.withheld') : row.problems.map(finding).join('; ') || row.remark || '–') },
	];
	return (
		<Panel flush title={title}>
			<DataTable label={title} columns={columns} rows={[...rows].sort((a, b) => order[a.status] - order[b.status])} rowId={(row) => `${row.sheet ?? ''}/${row.row}/${row.column}`} marked={(row) => row.status === 'refused'} />
		</Panel>
	);
}
