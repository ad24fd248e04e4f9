import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { answer, api } from '../app/api';
import type { Exceptions, ScoreBoard, ScoreRow } from '../app/contract';
import { useNames, useTexts } from '../app/i18n';
import { endFirstView } from '../app/firstView';
import { may, unitsOf, useSession } from '../app/session';
import { keepMorning } from '../base/morning';
import { Page, Panel } from '../base/Page';
import { Age, Spark } from '../base/small';
import { Loaded } from '../base/States';
import { ConsultLine } from './ConsultLine';
import { ExceptionList } from './ExceptionList';
import { Change, IndexTile } from './IndexTile';
import { leadOf } from './lead';
import { points } from './points';
import { low, Overall } from './Score';
import css from './Leader.module.css';

/** "What needs me today?": nothing that is fine is shown before what is not. */
export function LeaderHome() {
	const { t, language } = useTexts('operate');
	const { name } = useNames();
	const session = useSession();
	const found = useQuery({ queryKey: ['exceptions'], queryFn: () => answer(api.GET('/api/v1/exceptions')), refetchInterval: 120_000 });
	useEffect(() => {
		if (!found.data) return;
		keepMorning(found.data);
		endFirstView();
	}, [found.data]);
	return (
		<Page title={t('leader.title')} lead={leadOf(session, found.data, 'leader.asOf', t, language, name)}>
			<div className={css.day}>
				<Loaded query={found} rows={5}>{(data) => <Five data={data} />}</Loaded>
				<div className={css.stands}>
					{may(session, 'read', 'criteria_set') && <IndicesToday />}
					<QualityToday />
				</div>
			</div>
			<ConsultLine />
			<DomainsToday />
		</Page>
	);
}

function Five({ data }: { data: Exceptions }) {
	const { t } = useTexts('operate');
	if (data.items.length === 0)
		return <Panel title={t('leader.none')}><p className="dim" style={{ margin: 0 }}>{t('leader.noneText')}</p></Panel>;
	return (
		<Panel flush title={<>{t('leader.five', { count: data.items.length })} {data.found > data.items.length && <small className={css.of}>{t('leader.of', { found: data.found })}</small>}</>}>
			<ExceptionList items={data.items} />
		</Panel>
	);
}

/** The indices in force, seen from the person's own unit. */
function IndicesToday() {
	const { t } = useTexts('operate');
	const session = useSession();
	const unit = unitsOf(session)[0]?.code;
	const moves = useQuery({ queryKey: ['indices', 'moves', unit], queryFn: () => answer(api.GET('/api/v1/index-moves', { params: { query: { unit } } })) });
	return (
		<Loaded query={moves} rows={2} isEmpty={(data) => data.items.length === 0} empty={null}>
			{(data) => (
				<>
					<h2 className={css.head}><Link to={'/indices' as never}>{t('leader.indices')}</Link></h2>
					<ul className={css.domains}>{data.items.map((one) => <li key={one.code}><IndexTile of={one} unit={unit} /></li>)}</ul>
				</>
			)}
		</Loaded>
	);
}

function useBoard() {
	return useQuery({ queryKey: ['scores', { by: 'domain' }], queryFn: () => answer(api.GET('/api/v1/scores', { params: { query: { by: 'domain' } } })) as Promise<ScoreBoard> });
}

function QualityToday() {
	const { t } = useTexts('operate');
	return (
		<Loaded query={useBoard()} rows={3}>
			{(data) => (
				<>
					<h2 className={css.head}><Link to={'/quality' as never}>{t('leader.quality')}</Link></h2>
					<Overall board={data} />
				</>
			)}
		</Loaded>
	);
}

function DomainsToday() {
	const { t } = useTexts('operate');
	const board = useBoard();
	// Whether it comes or fails is said above.
	if (!board.data) return null;
	return (
		<>
			<h2 className={css.head}>{t('leader.domains')}</h2>
			<ul className={css.domains}>{board.data.items.map((row) => <Domain key={row.code} row={row} />)}</ul>
		</>
	);
}

/** A domain's score, where it goes, and its year. */
function Domain({ row }: { row: ScoreRow }) {
	const { t, language } = useTexts('operate');
	const { name } = useNames();
	const known = row.trend.filter((value) => value !== null);
	const change = (known.at(-1) ?? 0) - (known.at(-2) ?? known.at(-1) ?? 0);
	return (
		<li>
			<Link to={`/quality?domain=${encodeURIComponent(row.code)}` as never} className={css.domain} data-low={(row.score ?? 100) < low || undefined}>
				<span>{name(row)}</span>
				<strong>{points(row.score, language)}{Math.abs(change) >= 1 && <Change by={change} words={t('leader.change', { n: points(change, language) })} />}</strong>
				<span className={css.age}>{row.last ? <Age at={row.last} /> : t('leader.noFigure')}</span>
				<Spark values={row.trend.map((value) => (value === null ? null : String(value)))} label={t('leader.tile', { name: name(row), score: points(row.score, language) })} width={72} height={20} />
			</Link>
		</li>
	);
}
