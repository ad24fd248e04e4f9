import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconChecks } from '@tabler/icons-react';
import { answer, api } from '../app/api';
import type { DeliveryHead, Overview, UnitTally } from '../app/contract';
import { useNames, useTexts } from '../app/i18n';
import { useSession } from '../app/session';
import { formatCount } from '../base/format';
import { Page, Panel } from '../base/Page';
import { Age, Tile } from '../base/small';
import { EmptyState, Loaded } from '../base/States';
import { leadOf } from './lead';
import css from './Home.module.css';

const titles = { operator: 'centre.title', approver: 'centre.approverTitle' } as const;

/** "Whom do I remind?" for those who run the centre, "what waits for me?" for who
 * approves: the same facts, exceptions first. */
export function CentreHome({ kind }: { kind: keyof typeof titles }) {
	const { t, language } = useTexts('operate');
	const { name } = useNames();
	const session = useSession();
	const overview = useQuery({ queryKey: ['overview'], queryFn: () => answer(api.GET('/api/v1/overview')), refetchInterval: 120_000 });
	return (
		<Page
			title={t(titles[kind])}
			lead={leadOf(session, overview.data, 'centre.asOf', t, language, name)}
		>
			<Loaded query={overview} isEmpty={(data) => data.units.length === 0} empty={<EmptyState title={t('centre.empty')} text={t('centre.emptyText')}><Link to={'/registry' as never}>{t('centre.emptyDo')}</Link></EmptyState>}>
				{(data) => (
					<>
						{kind === 'approver' && <Waiting />}
						<Tiles overview={data} />
						<div className={css.flow}>
							<Exceptions overview={data} />
							<Recent overview={data} />
						</div>
					</>
				)}
			</Loaded>
		</Page>
	);
}

/** What the approver came for: how many figures wait, and the way to them. */
function Waiting() {
	const { t } = useTexts('operate');
	const waiting = useQuery({ queryKey: ['approvals', 'count'], queryFn: () => answer(api.GET('/api/v1/approvals', { params: { query: {} } })) });
	return (
		<Loaded query={waiting} rows={1}>
			{({ items, next }) => (
				<Panel title={items.length === 0 ? t('centre.waitingNone') : t(next ? 'centre.waitingMore' : 'centre.waiting', { count: items.length })} actions={items.length > 0 && <Button component={Link} to={'/approvals' as never} leftSection={<IconChecks size="1.125rem" aria-hidden />}>{t('centre.approve')}</Button>}>
					<p className="dim" style={{ margin: 0 }}>{t('centre.waitingText')}</p>
				</Panel>
			)}
		</Loaded>
	);
}

function Tiles({ overview }: { overview: Overview }) {
	const { t, language } = useTexts('operate');
	const silent = overview.units.filter((unit) => unit.silent).length;
	return (
		<div className={css.tiles}>
			<Tile value={formatCount(overview.late, language)} text={t('centre.late')} tone={overview.late > 0 ? 'hand' : 'good'} />
			<Tile value={formatCount(overview.received, language)} of={formatCount(overview.expected, language)} text={t('centre.received', { count: overview.days })}>
				<progress className={css.bar} max={Math.max(1, overview.expected)} value={overview.received} aria-label={t('centre.received', { count: overview.days })} />
			</Tile>
			<Tile value={formatCount(overview.due, language)} text={t('centre.due')} />
			<Tile value={formatCount(overview.units.length - silent, language)} of={formatCount(overview.units.length, language)} text={t('centre.active')} />
		</div>
	);
}

/** Units that need a hand, the worst first: silent ones, then those that owe most, then those that owe longest. */
export function needing(units: UnitTally[]): UnitTally[] {
	return units
		.filter((unit) => unit.silent || unit.late > 0)
		.sort((a, b) => Number(b.silent) - Number(a.silent) || b.late - a.late || (a.oldest ?? '').localeCompare(b.oldest ?? ''));
}

const most = 8;

function Exceptions({ overview }: { overview: Overview }) {
	const { t } = useTexts('operate');
	const needy = needing(overview.units);
	const silent = needy.filter((unit) => unit.silent);
	const late = needy.filter((unit) => !unit.silent);
	if (needy.length === 0 && overview.never_filled.length === 0)
		return <Panel title={t('centre.fine')}><p className="dim" style={{ margin: 0 }}>{t('centre.fineText')}</p></Panel>;
	return (
		<>
			<Units title={<span className={css.hand}>{t('centre.silent', { count: silent.length })}</span>} units={silent} />
			<Units title={t('centre.lateUnits', { count: late.length })} units={late} />
			<Never overview={overview} />
		</>
	);
}

function Units({ title, units }: { title: React.ReactNode; units: UnitTally[] }) {
	const { t } = useTexts('operate');
	if (units.length === 0) return null;
	return (
		<Panel flush title={title}>
			<ul className={css.items}>
				{units.slice(0, most).map((unit) => <UnitLine key={unit.unit} unit={unit} />)}
				{units.length > most && (
					<li>
						<details>
							<summary>{t('centre.andMore', { count: units.length - most })}</summary>
							<ul className={css.items}>{units.slice(most).map((unit) => <UnitLine key={unit.unit} unit={unit} />)}</ul>
						</details>
					</li>
				)}
			</ul>
		</Panel>
	);
}

function UnitLine({ unit }: { unit: UnitTally }) {
	const { t, language } = useTexts('operate');
	const { name } = useNames();
	return (
		<li>
			<Link to={`/units/${encodeURIComponent(unit.unit)}` as never} className={css.what}>{name(unit)}</Link>
			{unit.late > 0 && <span className={css.sum}>{t('centre.owes', { count: unit.late, n: formatCount(unit.late, language) })}</span>}
			<span className={css.age}>{unit.last ? <>{t('centre.last')} <Age at={unit.last} /></> : t('centre.neverSent')}</span>
		</li>
	);
}

function Never({ overview }: { overview: Overview }) {
	const { t } = useTexts('operate');
	const { name } = useNames();
	const never = overview.never_filled;
	if (never.length === 0) return null;
	const lines = (from: number, to?: number) => never.slice(from, to).map((indicator) => (
		<li key={indicator.indicator}><Link to={`/indicators/${encodeURIComponent(indicator.indicator)}` as never} className={css.what}>{name(indicator)}</Link></li>
	));
	return (
		<Panel flush title={t('centre.never', { count: never.length })}>
			<ul className={css.items}>
				{lines(0, 5)}
				{never.length > 5 && <li><details><summary>{t('centre.andMore', { count: never.length - 5 })}</summary><ul className={css.items}>{lines(5)}</ul></details></li>}
			</ul>
		</Panel>
	);
}

function Recent({ overview }: { overview: Overview }) {
	const { t, language } = useTexts('operate');
	const { name } = useNames();
	const units = new Map(overview.units.map((unit) => [unit.unit, unit]));
	const who = (delivery: DeliveryHead) => (delivery.unit && name(units.get(delivery.unit))) || delivery.unit || delivery.filename || delivery.source;
	if (overview.recent.length === 0) return <Panel title={t('centre.recent')}><p className="dim" style={{ margin: 0 }}>{t('centre.recentNone')}</p></Panel>;
	return (
		<Panel flush title={t('centre.recent')}>
			<ul className={css.items}>
				{overview.recent.slice(0, 12).map((delivery) => (
					<li key={delivery.id}>
						<Link to={`/deliveries/${delivery.id}` as never} className={css.what}>{who(delivery)}</Link>
						<span className={css.sum}>{t('centre.accepted', { count: delivery.accepted, n: formatCount(delivery.accepted, language) })}</span>
						{delivery.refused > 0 && <span className={css.wait}>{t('centre.refused', { count: delivery.refused, n: formatCount(delivery.refused, language) })}</span>}
						<span className={css.age}><Age at={delivery.received} /></span>
					</li>
				))}
			</ul>
		</Panel>
	);
}
