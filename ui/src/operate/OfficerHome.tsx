import { Button, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconDownload, IconTable, IconUpload } from '@tabler/icons-react';
import { answer, api } from '../app/api';
import type { Owed, OwedItem } from '../app/contract';
import { useNames, useTexts } from '../app/i18n';
import { unitsOf, useSession } from '../app/session';
import { useUrl } from '../app/url';
import { addDays, dayOf, formatDate, formatPeriod, formatTime, formatWeekday } from '../base/format';
import { Page, Panel } from '../base/Page';
import { FigureStatus } from '../base/small';
import { EmptyState, Loaded } from '../base/States';
import css from './Home.module.css';

/** "What do I owe, and until when?" */
export function OfficerHome() {
	const { t } = useTexts('operate');
	const session = useSession();
	const units = unitsOf(session);
	const url = useUrl();
	const unit = url.one('unit') || units[0]?.code || '';
	const today = dayOf(session.now);
	const owed = useQuery({
		queryKey: ['owed', unit, today],
		queryFn: () => answer(api.GET('/api/v1/owed', { params: { query: { unit, from: addDays(today, -45), to: addDays(today, 14) } } })),
		enabled: unit !== '',
	});
	if (unit === '') return <EmptyState title={t('officer.noUnit')} text={t('officer.noUnitText')} />;
	const left = (owed.data?.summary.due ?? 0) + (owed.data?.summary.late ?? 0);
	const name = units.find((mine) => mine.code === unit)?.name ?? unit;
	return (
		<Page
			title={owed.data ? t(left ? 'officer.title' : 'officer.titleNone', { unit: name, count: left }) : name}
			lead={owed.data && owed.data.summary.late > 0 ? t('officer.late', { count: owed.data.summary.late }) : t('officer.lead')}
			actions={
				<>
					{units.length > 1 && <NativeSelect aria-label={t('officer.unit')} value={unit} onChange={(event) => void url.set({ unit: event.currentTarget.value })} data={units.map((mine) => ({ value: mine.code, label: mine.name }))} />}
					<Button component="a" variant="default" href={`/api/v1/template.xlsx?unit=${encodeURIComponent(unit)}`} leftSection={<IconDownload size="1.125rem" />}>{t('officer.template')}</Button>
					<Button component={Link} variant="default" to={'/upload' as never} leftSection={<IconUpload size="1.125rem" />}>{t('officer.upload')}</Button>
					<Button component={Link} to={`/entry?unit=${encodeURIComponent(unit)}` as never} leftSection={<IconTable size="1.125rem" />}>{t('officer.grid')}</Button>
				</>
			}
		>
			<Loaded query={owed} isEmpty={(data) => data.items.length === 0} empty={<EmptyState title={t('officer.empty')} text={t('officer.emptyText')} />}>
				{(data) => <OwedList owed={data} unit={unit} today={today} />}
			</Loaded>
		</Page>
	);
}

/** Everything owed of one indicator: a daily one that was forgotten for a month is one line, not thirty. */
export interface Debt { indicator: string; items: OwedItem[] }

export function byIndicator(items: OwedItem[]): Debt[] {
	const debts = new Map<string, OwedItem[]>();
	for (const item of [...items].sort((a, b) => a.deadline.localeCompare(b.deadline)))
		debts.set(item.indicator, [...(debts.get(item.indicator) ?? []), item]);
	return [...debts].map(([indicator, of]) => ({ indicator, items: of }));
}

interface Day { day: string; items: OwedItem[] }

/** Open ones by the day they are due, the most urgent first. */
export function byDay(items: OwedItem[]): Day[] {
	const days = new Map<string, OwedItem[]>();
	for (const item of [...items].sort((a, b) => a.deadline.localeCompare(b.deadline))) {
		const day = dayOf(item.deadline);
		days.set(day, [...(days.get(day) ?? []), item]);
	}
	return [...days].map(([day, of]) => ({ day, items: of }));
}

function OwedList({ owed, unit, today }: { owed: Owed; unit: string; today: string }) {
	const { t } = useTexts('operate');
	const late = owed.items.filter((item) => item.state === 'late');
	const due = byDay(owed.items.filter((item) => item.state === 'due'));
	const met = owed.items.filter((item) => item.state === 'met');
	return (
		<>
			{late.length > 0 && (
				<Panel flush title={<span className={css.hand}>{t('officer.lateTitle', { count: late.length })}</span>}>
					<Debts items={late} unit={unit} late />
				</Panel>
			)}
			{due.map(({ day, items }) => (
				<Panel key={day} flush title={<DayTitle day={day} today={today} items={items} />}>
					<Debts items={items} unit={unit} />
				</Panel>
			))}
			{met.length > 0 && (
				<Panel flush title={t('officer.metTitle', { count: met.length })}>
					<details className={css.met}>
						<summary>{t('officer.metShow', { count: byIndicator(met).length })}</summary>
						<Debts items={met} unit={unit} />
					</details>
				</Panel>
			)}
		</>
	);
}

function DayTitle({ day, today, items }: { day: string; today: string; items: OwedItem[] }) {
	const { t, language } = useTexts('operate');
	const time = formatTime(items[0]?.deadline ?? day, language);
	if (day === today) return <>{t('officer.today', { time })}</>;
	if (day === addDays(today, 1)) return <>{t('officer.tomorrow', { time })}</>;
	return <>{t('officer.on', { day: formatWeekday(`${day}T05:00:00Z`, language), date: formatDate(day), time })}</>;
}

const shown = 12;

function Debts({ items, unit, late }: { items: OwedItem[]; unit: string; late?: boolean }) {
	const { t } = useTexts('operate');
	const debts = byIndicator(items);
	return (
		<ul className={css.items}>
			{debts.slice(0, shown).map((debt) => <Line key={debt.indicator} debt={debt} unit={unit} late={late} />)}
			{debts.length > shown && (
				<li>
					<details>
						<summary>{t('officer.more', { count: debts.length - shown })}</summary>
						<ul className={css.items}>{debts.slice(shown).map((debt) => <Line key={debt.indicator} debt={debt} unit={unit} late={late} />)}</ul>
					</details>
				</li>
			)}
		</ul>
	);
}

function Line({ debt, unit, late }: { debt: Debt; unit: string; late?: boolean }) {
	const { t, language } = useTexts('operate');
	const { name } = useNames();
	const [first] = debt.items;
	const last = debt.items.at(-1);
	if (!first || !last) return null;
	const period = (item: OwedItem) => formatPeriod(item.period, language, true);
	return (
		<li>
			<Link to={`/entry?unit=${encodeURIComponent(unit)}&focus=${encodeURIComponent(debt.indicator)}` as never} className={css.what}>{name(first) || debt.indicator}</Link>
			<span className="dim">{debt.items.length > 1 ? t('officer.periods', { count: debt.items.length, first: period(first), last: period(last) }) : formatPeriod(first.period, language)}</span>
			{late ? <span className={css.wait}>{t('officer.since', { date: formatDate(first.deadline) })}</span> : <FigureStatus status={first.state} />}
		</li>
	);
}
