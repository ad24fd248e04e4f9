/* An exception in words, for the screen and for the view that is drawn before the program is here (src/app/first.ts). */
import type { Exception } from '../app/contract';
import { formatCount, formatDate, formatDecimal, formatPeriod, formatTime, type Language, type Named } from '../base/format';
import { points } from './points';

type Translate = (key: string, values?: Record<string, unknown>) => string;
type Name = (thing: Named | null | undefined) => string;

export const keyOf = (item: Exception) => `${item.rule}.${item.unit?.code}.${item.indicator?.code}.${item.index?.code}`;

/** What, since when, why, whose, and the way on. */
export function wordsOf(item: Exception, t: Translate, language: Language, name: Name) {
	return {
		what: t(`leader.rule.${item.rule}`, { count: item.count, n: formatCount(item.count, language), unit: name(item.unit), indicator: name(item.indicator), index: name(item.index) }),
		fact: factOf(item, t, language, name),
		worst: item.worst ? t('leader.worst', { name: name(item.worst), n: points(item.worst_by ?? null, language) }) : '',
		why: item.why ? t('leader.why', { text: item.why }) : '',
		owner: item.owner ? t('leader.owner', { name: name(item.owner) }) : '',
		next: t(`leader.next.${item.rule}`),
	};
}

function factOf(item: Exception, t: Translate, language: Language, name: Name): string {
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
	const since = item.rule === 'due_soon' ? `${formatTime(item.since)} ${formatDate(item.since)}` : formatDate(item.since);
	return t(`leader.fact.${item.rule}`, { since });
}
