import { Button, NativeSelect } from '@mantine/core';
import { IconDownload, IconPrinter, IconRefresh } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { answer, api, once } from '../app/api';
import { useNames, useTexts } from '../app/i18n';
import { may, useSession } from '../app/session';
import { useUrl } from '../app/url';
import { type Column, DataTable } from '../base/DataTable';
import { ErrorSummary } from '../base/ErrorSummary';
import { dayOf, formatDate, formatDateTime, formatPeriod, nextPeriod } from '../base/format';
import { notify } from '../base/notify';
import { Page, Panel } from '../base/Page';
import { FigureStatus } from '../base/small';
import { EmptyState, ErrorState, Loaded } from '../base/States';
import type { Month, MonthDuty, MonthUnit } from './contract';
import css from './Discipline.module.css';
import { Places } from './Parts';

/** "Who missed deadlines again and again this month?" */
export default function MonthEnd() {
	const { t, language } = useTexts('discipline');
	const session = useSession();
	const url = useUrl();
	const queries = useQueryClient();
	const months = useQuery({ queryKey: ['violations', 'months'], queryFn: () => answer(api.GET('/api/v1/violations')) });
	const before = nextPeriod(dayOf(session.now).slice(0, 7), -1);
	const month = url.one('month') || months.data?.items[0]?.month || before;
	const summed = months.data?.items.some((one) => one.month === month) ?? false;
	const one = useQuery({ queryKey: ['violations', month], queryFn: () => answer(api.GET('/api/v1/violations/month', { params: { query: { month } } })), enabled: summed });
	const sum = useMutation({
		mutationFn: () => answer(api.POST('/api/v1/violations', { params: { query: { month }, header: once() } })),
		onSuccess: async () => {
			await queries.invalidateQueries({ queryKey: ['violations'] });
			await notify({ tone: 'good', text: t('month.summed', { month: formatPeriod(month, language) }) });
		},
	});
	const choices = [...new Set([month, before, ...(months.data?.items.map((item) => item.month) ?? [])])].sort().reverse();
	return (
		<Page
			title={one.data ? t('month.title', { month: formatPeriod(month, language), count: one.data.units, reminders: one.data.reminders }) : t('month.question')}
			lead={one.data ? t('month.lead', { at: formatDateTime(one.data.at) }) : undefined}
			actions={
				<>
					<NativeSelect aria-label={t('month.month')} value={month} onChange={(event) => void url.set({ month: event.currentTarget.value })} data={choices.map((value) => ({ value, label: formatPeriod(value, language) }))} />
					{one.data && <Button component="a" variant="default" href={`/api/v1/violations.pdf?month=${month}`} leftSection={<IconPrinter size="1.125rem" aria-hidden />}>{t('one.print')}</Button>}
					{may(session, 'create', 'reminder') && <Button variant="default" leftSection={<IconRefresh size="1.125rem" aria-hidden />} loading={sum.isPending} onClick={() => sum.mutate()}>{t(summed ? 'month.again' : 'month.sum')}</Button>}
				</>
			}
		>
			<Places at="month" />
			<ErrorSummary error={sum.error} />
			{months.isError && !months.data ? <ErrorState error={months.error} retry={() => void months.refetch()} />
				: months.data && !summed ? <EmptyState title={t('month.none', { month: formatPeriod(month, language) })} text={t('month.noneText')} />
					: <Loaded query={one} rows={10}>{(data) => <Annexes key={data.month} of={data} />}</Loaded>}
		</Page>
	);
}

function Files({ month, annex }: { month: string; annex: 'units' | 'duties' }) {
	const { t } = useTexts('discipline');
	const name = t(`month.${annex}`);
	return (
		<>
			{(['csv', 'xlsx'] as const).map((kind) => <Button key={kind} component="a" size="compact-sm" variant="default" href={`/api/v1/violations.${kind}?month=${month}&annex=${annex}`} aria-label={t('month.file', { annex: name, kind: kind.toUpperCase() })} leftSection={<IconDownload size="1rem" aria-hidden />}>{kind.toUpperCase()}</Button>)}
		</>
	);
}

function Annexes({ of }: { of: Month }) {
	const { t, language } = useTexts('discipline');
	const { name } = useNames();
	const [all, setAll] = useState(false);
	const units = useMemo(() => new Map(of.annex.units.map((unit) => [unit.unit, unit])), [of]);
	const unitColumns: Column<MonthUnit>[] = [
		{ id: 'unit', header: t('unit'), main: true, cell: (row) => name(row) },
		{ id: 'missed', header: t('month.missed'), right: true, cell: (row) => row.missed },
		{ id: 'late', header: t('month.late'), right: true, cell: (row) => row.late },
		{ id: 'met_late', header: t('month.metLate'), right: true, cell: (row) => row.met_late },
		{ id: 'excused', header: t('month.excused'), right: true, cell: (row) => row.excused },
		{ id: 'reminders', header: t('month.reminders'), right: true, cell: (row) => row.reminders },
		{ id: 'count', header: t('month.count'), right: true, cell: (row) => row.count },
	];
	const dutyColumns: Column<MonthDuty>[] = [
		{ id: 'indicator', header: t('month.indicator'), main: true, cell: (row) => name(row) || row.indicator },
		{ id: 'unit', header: t('unit'), cell: (row) => name(units.get(row.unit)) || row.unit },
		{ id: 'period', header: t('month.period'), cell: (row) => formatPeriod(row.period, language) },
		{ id: 'deadline', header: t('month.deadline'), cell: (row) => formatDate(row.deadline) },
		{ id: 'state', header: t('list.state'), cell: (row) => <FigureStatus status={row.state} /> },
		{ id: 'met', header: t('month.met'), cell: (row) => (row.met ? formatDateTime(row.met) : '–') },
	];
	// Who was reminded most, then who missed most; the paper keeps the order of units.
	const worst = useMemo(() => [...of.annex.units].sort((a, b) => b.reminders - a.reminders || b.missed - a.missed || b.count - a.count), [of]);
	if (of.annex.units.length === 0) return <EmptyState title={t('month.fine')} text={t('month.fineText')} />;
	return (
		<>
			<Panel flush title={t('month.units')} actions={<Files month={of.month} annex="units" />}>
				<DataTable label={t('month.units')} columns={unitColumns} rows={worst} rowId={(row) => row.unit} to={(row) => `/ladder?unit=${encodeURIComponent(row.unit)}`} />
			</Panel>
			<Panel flush title={t('month.dutiesOf', { count: of.annex.duties.length })} actions={<Files month={of.month} annex="duties" />}>
				{all ? <DataTable label={t('month.duties')} columns={dutyColumns} rows={of.annex.duties} rowId={(row) => `${row.unit}.${row.indicator}.${row.period}`} to={(row) => `/indicators/${encodeURIComponent(row.indicator ?? '')}?unit=${encodeURIComponent(row.unit)}`} />
					: <div className={css.foot}><Button variant="default" onClick={() => setAll(true)}>{t('month.show')}</Button></div>}
			</Panel>
		</>
	);
}
