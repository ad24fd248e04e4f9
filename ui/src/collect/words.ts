/* What the grid and the results say, in the reader's language. */
import { useTexts } from '../app/i18n';
import { formatDecimal } from '../base/format';
import type { Finding, GridRow } from './contract';
import { compareDecimals } from './decimal';
import type { CellState, Problem, Verdict } from './grid';
import type { Tone } from '../base/small';

export const toneOfCell: Record<CellState, Tone> = { empty: 'quiet', draft: 'quiet', checking: 'wait', ok: 'good', doubtful: 'wait', refused: 'hand', sent: 'plain', returned: 'back' };

/** A usual value is also an allowed one. */
function inside(n: number, row: GridRow): string {
	const text = n.toFixed(row.decimals);
	if (row.min !== null && compareDecimals(text, row.min) < 0) return row.min;
	return row.max !== null && compareDecimals(text, row.max) > 0 ? row.max : text;
}

export function useWords() {
	const { t, language } = useTexts('collect');
	const number = (value: string) => formatDecimal(value, language);
	const problem = (of: Problem): string => {
		switch (of.kind) {
			case 'number': return t('problem.number');
			case 'least': return t('problem.least', { limit: number(of.limit) });
			case 'most': return t('problem.most', { limit: number(of.limit) });
			case 'decimals': return of.count === 0 ? t('problem.whole') : t('problem.decimals', { count: of.count });
			case 'doubtful': return t('problem.doubtful', { value: number(of.value) });
			case 'reason': return t('problem.reason');
			case 'sum': return t('problem.sum', { sum: number(of.sum) });
		}
	};
	const finding = (of: Finding): string => (language === 'en' ? of.detail_en || of.detail_vi : of.detail_vi || of.detail_en);
	const range = (row: GridRow): string => {
		const [low, high] = row.range ?? [];
		if (low !== undefined && high !== undefined) return `${number(inside(low, row))} – ${number(inside(high, row))}`;
		if (row.min !== null && row.max !== null) return `${number(row.min)} – ${number(row.max)}`;
		if (row.min !== null) return t('grid.atLeast', { limit: number(row.min) });
		if (row.max !== null) return t('grid.atMost', { limit: number(row.max) });
		return '–';
	};
	/** Problems of the screen's own checks first; the server's say the same again otherwise. */
	const messages = (own: Problem[], verdict: Verdict | undefined, about: string): string[] => {
		const said = own.map(problem);
		if (verdict && verdict.about === about && own.length === 0) said.push(...verdict.problems.map(finding));
		return said;
	};
	return { t, language, number, problem, finding, range, messages };
}
