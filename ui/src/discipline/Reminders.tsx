import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../app/api';
import { useNames, useTexts } from '../app/i18n';
import { useSession } from '../app/session';
import { useUrl } from '../app/url';
import { type Column, DataTable } from '../base/DataTable';
import { formatDate, formatPeriod } from '../base/format';
import { Page, Panel } from '../base/Page';
import { EmptyState, Loaded } from '../base/States';
import { UnitPicker } from '../base/UnitPicker';
import type { Reminder, ReminderState } from './contract';
import css from './Discipline.module.css';
import { tones } from './discipline';
import { Places, ReminderStatus, useOversees } from './Parts';

const states = Object.keys(tones) as ReminderState[];
const issuedStates = states.slice(states.indexOf('issued'));
/** The most that the server looks at in one answer. */
const most = 1000;

/** "Who was reminded, and what became of it?" */
export default function Reminders() {
	const { t, language } = useTexts('discipline');
	const { name } = useNames();
	const session = useSession();
	const oversees = useOversees();
	const url = useUrl();
	const thisYear = Number(session.now.slice(0, 4));
	const year = url.one('year') || String(thisYear);
	const state = url.one('state');
	const unit = url.one('unit');
	const draft = ['draft', 'reviewed', 'left_out'].includes(state);
	const query = { year: draft ? undefined : Number(year), state: state || undefined, unit: unit || undefined, limit: most };
	const list = useQuery({ queryKey: ['reminders', 'list', query], queryFn: () => answer(api.GET('/api/v1/reminders', { params: { query } })) });
	const columns: Column<Reminder>[] = [
		{ id: 'unit', header: t('unit'), main: true, cell: (row) => name({ name_vi: row.unit_vi, name_en: row.unit_en, code: row.unit }) },
		{ id: 'number', header: t('list.number'), cell: (row) => (row.issued ? t('number', { n: row.number, year: row.year }) : t('list.noNumber')) },
		{ id: 'week', header: t('list.week'), cell: (row) => formatPeriod(row.week, language) },
		{ id: 'issued', header: t('list.issued'), cell: (row) => (row.issued ? formatDate(row.issued.at) : '–') },
		{ id: 'late', header: t('list.late'), right: true, cell: (row) => row.late },
		{ id: 'state', header: t('list.state'), cell: (row) => <ReminderStatus state={row.state} /> },
		{ id: 'stands', header: t('list.stands'), wide: true, cell: (row) => (row.issued ? t(row.stands ? 'list.yes' : 'list.no') : '–') },
	];
	const set = (name: string, none = '') => (event: { currentTarget: { value: string } }) => void url.set({ [name]: event.currentTarget.value === none ? undefined : event.currentTarget.value });
	const appeals = list.data?.items.filter((row) => row.state === 'appealed').length ?? 0;
	return (
		<Page title={list.data ? t(draft ? 'list.drafts' : 'list.title', { count: list.data.items.length, year }) : t('list.question')} lead={appeals > 0 && !state ? t('list.appeals', { count: appeals }) : t('list.lead')}>
			{oversees && <Places at="reminders" />}
			<div className={css.filters}>
				{oversees && <UnitPicker ariaLabel={t('unit')} placeholder={t('anyUnit')} value={unit || null} onChange={(code) => void url.set({ unit: code ?? undefined })} />}
				<NativeSelect aria-label={t('year')} value={year} disabled={draft} onChange={set('year', String(thisYear))} data={[0, 1, 2, 3, 4].map((back) => ({ value: String(thisYear - back), label: t('yearOf', { year: thisYear - back }) }))} />
				<NativeSelect aria-label={t('list.state')} value={state} onChange={set('state')} data={[{ value: '', label: t('list.any') }, ...(oversees ? states : issuedStates).map((value) => ({ value, label: t(`state.${value}`) }))]} />
			</div>
			<Loaded query={list} rows={10} isEmpty={(data) => data.items.length === 0} empty={<EmptyState title={t('list.none')} text={t('list.noneText')} />}>
				{(data) => (
					<Panel flush>
						<DataTable label={t('list.question')} columns={columns} rows={[...data.items].reverse()} rowId={(row) => row.id} to={(row) => `/reminders/${row.id}`} marked={(row) => oversees && row.state === 'appealed'} foot={data.next ? t('list.cut', { count: most }) : undefined} />
					</Panel>
				)}
			</Loaded>
		</Page>
	);
}
