import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, api, once } from '../app/api';
import { useNames, useTexts } from '../app/i18n';
import { may, useSession } from '../app/session';
import { ask } from '../base/ask';
import { ErrorSummary } from '../base/ErrorSummary';
import { useAll } from '../base/Field';
import { dayOf, nextPeriod, type PeriodKind, periodOf } from '../base/format';
import { notify } from '../base/notify';
import { Page, Panel } from '../base/Page';
import { PeriodPicker } from '../base/PeriodPicker';
import { Facts } from '../base/small';
import { EmptyState, Loaded } from '../base/States';
import { recordQuery, useRecordChanges } from '../registry/records';
import type { Report } from './contract';
import { EditionList } from './EditionList';
import css from './report.module.css';

/** "What does this report say, and who gets it when?" */
export default function ReportPage() {
	const { t } = useTexts('report');
	const { code = '' } = useParams({ strict: false }) as { code?: string };
	const report = useQuery({ ...recordQuery('reports', code), select: (row) => row as Report });
	return <Loaded query={report}>{(row) => <One report={row} key={row.id} t={t} />}</Loaded>;
}

function One({ report, t }: { report: Report; t: (key: string, blanks?: Record<string, unknown>) => string }) {
	const { name } = useNames();
	const session = useSession();
	const navigate = useNavigate();
	const { remove } = useRecordChanges('reports');
	const editions = useQuery({ queryKey: ['reports', 'editions', report.id], queryFn: async () => (await answer(api.GET('/api/v1/reports/{id}/editions', { params: { path: { id: report.id } } }))).items });
	const change = may(session, 'change', 'report');
	const here = `/reports/${encodeURIComponent(report.code)}`;
	const takeAway = async () => {
		if (!(await ask({ title: t('page.removeTitle', { name: name(report) }), text: t('page.removeText'), yes: t('page.remove') }))) return;
		remove.mutate(report, { onSuccess: () => void navigate({ to: '/reports' as never }) });
	};
	return (
		<Page title={name(report)} crumbs={[{ text: t('list.title'), to: '/reports' }]} actions={change && (
			<>
				<Button variant="default" component={Link} to={`${here}/edit`}>{t('page.edit')}</Button>
				{may(session, 'remove', 'report') && <Button variant="default" loading={remove.isPending} onClick={() => void takeAway()}>{t('page.remove')}</Button>}
			</>
		)}>
			<ErrorSummary error={remove.error} />
			{change && <MakeNow report={report} t={t} />}
			<Loaded query={editions} rows={4} isEmpty={(items) => items.length === 0} empty={<EmptyState title={t('editions.none')} text={t(change ? 'page.noneText' : 'editions.noneText')} />}>
				{(items) => <Panel flush title={t('page.editions')}><EditionList editions={items} label={t('page.editions')} /></Panel>}
			</Loaded>
			<About report={report} t={t} />
		</Page>
	);
}

function MakeNow({ report, t }: { report: Report; t: (key: string, blanks?: Record<string, unknown>) => string }) {
	const session = useSession();
	const queries = useQueryClient();
	const latest = periodOf(report.period as PeriodKind, dayOf(session.now));
	const [period, setPeriod] = useState(nextPeriod(latest, -1));
	const make = useMutation({
		mutationFn: () => answer(api.POST('/api/v1/reports/{id}/editions', { params: { path: { id: report.id }, header: once() }, body: { period } })),
		onSuccess: async (edition) => {
			void notify({ text: t(edition.problem ? 'page.madeNot' : 'page.made') });
			await queries.invalidateQueries({ queryKey: ['reports'] });
		},
	});
	return (
		<Panel title={t('page.makeTitle')}>
			<ErrorSummary error={make.error} />
			<div className={css.make}>
				<PeriodPicker label={t('page.period')} value={period} latest={latest} onChange={setPeriod} />
				<Button loading={make.isPending} onClick={() => make.mutate()}>{t('page.make')}</Button>
				<p className="dim">{t('page.makeText')}</p>
			</div>
		</Panel>
	);
}

function About({ report, t }: { report: Report; t: (key: string, blanks?: Record<string, unknown>) => string }) {
	const { name } = useNames();
	const units = useAll('units');
	const unitOf = (code: string) => {
		const found = units.data?.find((unit) => unit.code === code);
		return found ? name(found) : code;
	};
	const list = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
	const roles = list(report.to_roles).map((role) => t(`role.${role}`));
	const to = [...roles, ...list(report.to_units).map(unitOf)];
	return (
		<Panel title={t('page.about')}>
			<Facts items={[
				[t('list.unit'), unitOf(report.unit)],
				[t('list.period'), t(`period.${report.period}`)],
				[t('list.when'), report.automatic ? t('list.automatic', { days: Number(report.days_after), time: String(report.at_time) }) : t('list.byHand')],
				[t('page.formats'), list(report.formats).map((format) => format.toUpperCase()).join(', ')],
				[t('page.to'), to.length > 0 ? to.join(', ') : t('page.toNobody')],
				[t('page.kept'), String(report.keep_editions)],
			]} />
		</Panel>
	);
}
