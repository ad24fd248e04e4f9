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
		why: whyOf(item, t, language, name),
		owner: item.owner ? t('leader.owner', { name: name(item.owner) }) : '',
		next: t(`leader.next.${item.rule}`),
	};
}

/** The unit's own words, else what was counted; an index tells its worst criterion instead. */
function whyOf(item: Exception, t: Translate, language: Language, name: Name): string {
	if (item.why) return t('leader.why', { text: item.why });
	if (item.rule === 'worsening') return t('leader.because.worsening', { before: formatDecimal(item.before, language), value: formatDecimal(item.value, language), count: item.count });
	if (item.rule === 'silent' && item.reminded !== undefined) return t(item.reminded ? 'leader.because.reminded' : 'leader.because.neverReminded', { count: item.reminded });
	if (item.of) return t('leader.because.of', { n: formatCount(item.count, language), of: formatCount(item.of, language) });
	if (item.lost) return t('leader.because.lost', { name: name(item.lost), from: points(item.lost_from ?? null, language), to: points(item.lost_to ?? null, language) });
	return '';
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
