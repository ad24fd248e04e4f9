import { Link } from '@tanstack/react-router';
import { IconChevronRight } from '@tabler/icons-react';
import type { Exception } from '../app/contract';
import { useNames, useTexts } from '../app/i18n';
import { formatCount, formatDate, formatDecimal, formatPeriod, formatTime, type Language } from '../base/format';
import css from './Leader.module.css';
import { points } from './Score';

/** Each a sentence: what, since when, why, whose, and the way to the cells it rests on. */
export function ExceptionList({ items }: { items: Exception[] }) {
	const { t, language } = useTexts('operate');
	const { name } = useNames();
	return (
		<ol className={css.list}>
			{items.map((item) => (
				<li key={`${item.rule}.${item.unit?.code}.${item.indicator?.code}.${item.index?.code}`}>
					<Link to={item.href as never} className={css.one}>
						<strong>{t(`leader.rule.${item.rule}`, { count: item.count, n: formatCount(item.count, language), unit: name(item.unit), indicator: name(item.indicator), index: name(item.index) })}</strong>
						<span className={css.fact}>{factOf(item, t, language, name)}</span>
						{item.worst && <span>{t('leader.worst', { name: name(item.worst), n: points(item.worst_by ?? null, language) })}</span>}
						{item.why && <span>{t('leader.why', { text: item.why })}</span>}
						<span className={css.next}>{item.owner && <span>{t('leader.owner', { name: name(item.owner) })}</span>}<span className={css.do}>{t(`leader.next.${item.rule}`)}<IconChevronRight size="1rem" aria-hidden /></span></span>
					</Link>
				</li>
			))}
		</ol>
	);
}

type Translate = (key: string, values?: Record<string, unknown>) => string;

function factOf(item: Exception, t: Translate, language: Language, name: (thing: { name_vi?: unknown; name_en?: unknown }) => string): string {
	if (item.rule === 'worsening')
		return t('leader.fact.worsening', {
			value: `${formatDecimal(item.value, language)} ${name({ name_vi: item.measure_vi, name_en: item.measure_en })}`.trim(), sign: item.direction === 'up' ? '≥' : '≤',
			target: formatDecimal(item.target, language), period: formatPeriod(item.period ?? '', language),
		});
	if (item.rule === 'falling')
		return t('leader.fact.falling', {
			score: points(item.score ?? null, language), of: formatDecimal(String(item.points ?? 0), language), by: points(Math.abs(item.by ?? 0), language), year: points(Math.abs(item.year_by ?? 0), language),
			period: formatPeriod(item.period ?? '', language),
		});
	if (item.rule === 'quality')
		return t('leader.fact.quality', { score: points(item.score ?? null, language), earlier: points(item.earlier ?? null, language), period: formatPeriod(item.period ?? '', language) });
	if (!item.since) return t('leader.fact.silentNever');
	const since = item.rule === 'due_soon' ? `${formatTime(item.since, language)} ${formatDate(item.since)}` : formatDate(item.since);
	return t(`leader.fact.${item.rule}`, { since });
}
