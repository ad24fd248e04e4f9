import { Link } from '@tanstack/react-router';
import { IconArrowDownRight, IconArrowUpRight, IconMinus } from '@tabler/icons-react';
import type { IndexMove } from '../app/contract';
import { useNames, useTexts } from '../app/i18n';
import { formatDecimal, formatPeriod } from '../base/format';
import { Spark } from '../base/small';
import css from './Leader.module.css';
import { points } from './points';

/** Which way a number goes: an arrow, and how far. */
export function Change({ by, words }: { by: number; words: string }) {
	const { language } = useTexts('operate');
	const Arrow = by > 0 ? IconArrowUpRight : by < 0 ? IconArrowDownRight : IconMinus;
	return <span className={css.change}><Arrow size="1rem" aria-hidden /><span aria-hidden>{formatDecimal(Math.abs(by).toFixed(1), language)}</span><span className="sr">{words}</span></span>;
}

/** An index in force: its points, which way they go, its course. */
export function IndexNow({ of }: { of: IndexMove }) {
	const { t, language } = useTexts('operate');
	const { name } = useNames();
	const known = of.trend.at(-1) !== null;
	const period = formatPeriod(of.period, language);
	return (
		<>
			<strong>
				{known ? points(of.won, language) : '–'}<small className={css.of}>/{formatDecimal(String(of.points), language)}</small>
				{of.before && <Change by={of.before.by} words={t('leader.indexChange', { n: points(of.before.by, language), period: formatPeriod(of.before.period, language) })} />}
			</strong>
			<span className={css.age}>{known ? period : t('leader.indexMissing', { count: of.missing })}</span>
			<Spark values={of.trend.map((value) => (value === null ? null : String(value)))} label={t('leader.indexTile', { name: name(of), score: points(of.won, language), period })} width={72} height={20} />
		</>
	);
}

export function IndexTile({ of, unit }: { of: IndexMove; unit?: string }) {
	const { name } = useNames();
	const to = `/indices/${encodeURIComponent(of.code)}?period=${encodeURIComponent(of.period)}${unit ? `&unit=${encodeURIComponent(unit)}` : ''}`;
	return (
		<Link to={to as never} className={css.domain}>
			<span>{name(of)}</span>
			<IndexNow of={of} />
		</Link>
	);
}
