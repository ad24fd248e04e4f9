import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answer, api } from '../app/api';
import type { DeliveryHead, Overview } from '../app/contract';
import { useNames, useTexts } from '../app/i18n';
import { useSession } from '../app/session';
import { formatCount, formatDate, formatTime, formatWeekday } from '../base/format';
import { Page, Panel } from '../base/Page';
import { Age, Tile } from '../base/small';
import { EmptyState, Loaded } from '../base/States';
import css from './Home.module.css';

/** "What needs me now?" for a leader, "whom do I remind?" for those who run the centre: the same facts, exceptions first. */
export function CentreHome({ leader }: { leader: boolean }) {
	const { t, language } = useTexts('operate');
	const { name } = useNames();
	const session = useSession();
	const overview = useQuery({ queryKey: ['overview'], queryFn: () => answer(api.GET('/api/v1/overview')), refetchInterval: 120_000 });
	return (
		<Page
			title={t(leader ? 'centre.leaderTitle' : 'centre.title')}
			lead={`${name(session.centre)} · ${formatWeekday(session.now, language)} ${formatDate(session.now)}${overview.dataUpdatedAt ? ` · ${t('centre.asOf', { time: formatTime(overview.dataUpdatedAt, language) })}` : ''}`}
		>
			<Loaded query={overview} isEmpty={(data) => data.units === 0} empty={<EmptyState title={t('centre.empty')} text={t('centre.emptyText')}><Link to={'/registry' as never}>{t('centre.emptyDo')}</Link></EmptyState>}>
				{(data) => (
					<>
						{leader && <Exceptions overview={data} />}
						<Tiles overview={data} />
						<div className={css.columns}>
							{!leader && <Exceptions overview={data} />}
							<Recent deliveries={data.recent} />
						</div>
					</>
				)}
			</Loaded>
		</Page>
	);
}

function Tiles({ overview }: { overview: Overview }) {
	const { t, language } = useTexts('operate');
	const missing = Math.max(0, overview.expected - overview.received);
	return (
		<div className={css.tiles}>
			<Tile value={formatCount(overview.late, language)} text={t('centre.late')} tone={overview.late > 0 ? 'hand' : 'good'} />
			<Tile value={`${formatCount(overview.received, language)}/${formatCount(overview.expected, language)}`} text={t('centre.received')}>
				<progress className={css.bar} max={Math.max(1, overview.expected)} value={overview.received} aria-label={t('centre.received')} />
			</Tile>
			<Tile value={formatCount(missing, language)} text={t('centre.missing')} />
			<Tile value={formatCount(overview.units, language)} text={t('centre.units')} />
		</div>
	);
}

const most = 8;

function Exceptions({ overview }: { overview: Overview }) {
	const { t } = useTexts('operate');
	const { name } = useNames();
	const silent = overview.silent_units;
	const never = overview.never_filled;
	if (silent.length === 0 && never.length === 0)
		return <Panel title={t('centre.fine')}><p className="dim" style={{ margin: 0 }}>{t('centre.fineText')}</p></Panel>;
	return (
		<div className={css.stack}>
			{silent.length > 0 && (
				<Panel flush title={<span className={css.hand}>{t('centre.silent', { count: silent.length })}</span>}>
					<ul className={css.items}>
						{silent.slice(0, most).map((unit) => (
							<li key={unit.unit}>
								<Link to={`/units/${encodeURIComponent(unit.code ?? unit.unit)}` as never} className={css.what}>{name(unit) || unit.unit}</Link>
								<span className="dim">{unit.last ? <>{t('centre.last')} <Age at={unit.last} /></> : t('centre.neverSent')}</span>
								{unit.late ? <span>{t('centre.owes', { count: unit.late })}</span> : null}
							</li>
						))}
						{silent.length > most && <More items={silent.slice(most)} />}
					</ul>
				</Panel>
			)}
			{never.length > 0 && (
				<Panel flush title={t('centre.never', { count: never.length })}>
					<ul className={css.items}>
						{never.slice(0, most).map((indicator) => (
							<li key={indicator.indicator}><Link to={`/indicators/${encodeURIComponent(indicator.code ?? indicator.indicator)}` as never} className={css.what}>{name(indicator) || indicator.indicator}</Link></li>
						))}
						{never.length > most && <li className="dim">{t('centre.andMore', { count: never.length - most })}</li>}
					</ul>
				</Panel>
			)}
		</div>
	);
}

function More({ items }: { items: Overview['silent_units'] }) {
	const { t } = useTexts('operate');
	const { name } = useNames();
	return (
		<li>
			<details>
				<summary>{t('centre.andMore', { count: items.length })}</summary>
				<ul className={css.items}>
					{items.map((unit) => <li key={unit.unit}><Link to={`/units/${encodeURIComponent(unit.code ?? unit.unit)}` as never}>{name(unit) || unit.unit}</Link></li>)}
				</ul>
			</details>
		</li>
	);
}

function Recent({ deliveries }: { deliveries: DeliveryHead[] }) {
	const { t, language } = useTexts('operate');
	if (deliveries.length === 0) return <Panel title={t('centre.recent')}><p className="dim" style={{ margin: 0 }}>{t('centre.recentNone')}</p></Panel>;
	return (
		<Panel flush title={t('centre.recent')}>
			<ul className={css.items}>
				{deliveries.slice(0, 10).map((delivery) => (
					<li key={delivery.id}>
						<Link to={`/deliveries/${delivery.id}` as never} className={css.what}>{delivery.unit ?? delivery.source ?? delivery.id}</Link>
						<span>{t('centre.accepted', { count: delivery.accepted, n: formatCount(delivery.accepted, language) })}</span>
						{delivery.refused > 0 && <span className={css.wait}>{t('centre.refused', { count: delivery.refused, n: formatCount(delivery.refused, language) })}</span>}
						<span className="dim"><Age at={delivery.at ?? delivery.received} /></span>
					</li>
				))}
			</ul>
		</Panel>
	);
}
