import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answer, api } from '../app/api';
import { useNames, useTexts } from '../app/i18n';
import { may, useSession } from '../app/session';
import { type Column, DataTable } from '../base/DataTable';
import { useAll } from '../base/Field';
import { Page, Panel } from '../base/Page';
import { StatusPill } from '../base/small';
import { EmptyState, Loaded } from '../base/States';
import type { Report } from './contract';
import { EditionList } from './EditionList';

const shown = 12;

/** "Which reports are there, and where is the newest?" */
export default function Reports() {
	const { t } = useTexts('report');
	const { name } = useNames();
	const session = useSession();
	const units = useAll('units');
	const editions = useQuery({ queryKey: ['reports', 'editions'], queryFn: async () => (await answer(api.GET('/api/v1/report-editions', { params: { query: { limit: shown } } }))).items });
	const reports = useQuery({ queryKey: ['reports', 'list'], queryFn: async () => (await answer(api.GET('/api/v1/{kind}', { params: { path: { kind: 'reports' }, query: { limit: 500 } } }))).items as Report[] });
	const unitOf = (code: string) => {
		const found = units.data?.find((unit) => unit.code === code);
		return found ? name(found) : code;
	};
	const columns: Column<Report>[] = [
		{ id: 'name', header: t('list.name'), main: true, cell: (row) => name(row) },
		{ id: 'unit', header: t('list.unit'), cell: (row) => unitOf(row.unit) },
		{ id: 'period', header: t('list.period'), cell: (row) => t(`period.${row.period}`) },
		{ id: 'automatic', header: t('list.when'), cell: (row) => (row.automatic ? <StatusPill tone="good">{t('list.automatic', { days: Number(row.days_after), time: String(row.at_time) })}</StatusPill> : <span className="dim">{t('list.byHand')}</span>) },
	];
	const make = may(session, 'create', 'report') && <Button component={Link} to="/reports/new">{t('list.new')}</Button>;
	return (
		<Page title={t('list.title')} lead={t('list.lead')} actions={make}>
			<Loaded query={editions} rows={3} isEmpty={(items) => items.length === 0} empty={<EmptyState title={t('editions.none')} text={t('editions.noneText')} />}>
				{(items) => <Panel flush title={t('editions.newest')}><EditionList named editions={items} label={t('editions.newest')} /></Panel>}
			</Loaded>
			<Loaded query={reports} rows={5} isEmpty={(items) => items.length === 0} empty={<EmptyState title={t('list.none')} text={make ? t('list.noneText') : t('list.noneReader')} />}>
				{(items) => <Panel flush title={t('list.all')}><DataTable label={t('list.all')} columns={columns} rows={items} rowId={(row) => row.id} to={(row) => `/reports/${encodeURIComponent(row.code)}`} /></Panel>}
			</Loaded>
		</Page>
	);
}
