import type { SearchAnswer } from '../app/contract';
import { useNames, useTexts } from '../app/i18n';
import { formatPeriod } from './format';
import css from './SearchNumber.module.css';
import { Age, Figure, FigureStatus, Spark } from './small';

/** "2026-09" and "2026-Q3" both end nine months of the year. */
function monthsUntil(period: string): number {
	const n = Number(period.slice(5).replace(/\D/g, ''));
	return period.includes('Q') ? 3 * n : n;
}

/** What a question in words was understood to ask, and the number that answers it. */
export function SearchNumber({ number }: { number: SearchAnswer }) {
	const { t, language } = useTexts('base');
	const { name } = useNames();
	const measure = language === 'en' ? number.indicator.measure_en : number.indicator.measure_vi;
	return (
		<div className={css.answer}>
			<div className={css.asked}>
				<strong>{name(number.indicator)}</strong>
				<span>{number.unit ? name(number.unit) : t('search.whole')} · {number.from === null ? formatPeriod(number.period, language) : t('search.months', { n: monthsUntil(number.period), year: number.period.slice(0, 4) })}</span>
			</div>
			<div className={css.number}>
				{number.value === null
					? <span className="dim">{t(`search.why.${number.why}`, { defaultValue: t('search.why.nothing') })}</span>
					: <Figure value={number.value} measure={measure} large />}
				<Spark values={number.series.map((point) => point.value)} label={t('search.history', { n: number.series.length })} width={112} height={28} />
			</div>
			{number.value !== null && (
				<div className={css.state}>
					<FigureStatus status={number.status} />
					<Age at={number.updated} />
					{number.periods < number.of_periods && <strong>{t('search.part', { n: number.periods, of: number.of_periods })}</strong>}
					{number.boundaries === 'then' && <span>{t('search.then')}</span>}
					{number.of > 1 && <span>{t('search.units', { n: number.n, of: number.of })}</span>}
				</div>
			)}
		</div>
	);
}
