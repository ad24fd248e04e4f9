/* A score of 100 points: the number, and a bar that says the same. */
import type { ScoreBoard, Scores } from '../app/contract';
import { useNames, useTexts } from '../app/i18n';
import { Spark, Tile } from '../base/small';
import { points } from './points';
import css from './Quality.module.css';

/** Below this a score needs a hand. */
export const low = 60;

export function Score({ value, strong }: { value: number | null; strong?: boolean }) {
	const { t, language } = useTexts('operate');
	if (value === null) return <span className="dim"><span aria-hidden>–</span><span className="sr">{t('quality.notYet')}</span></span>;
	return (
		<span className={css.score} data-low={value < low || undefined} data-strong={strong || undefined}>
			<span>{points(value, language)}</span>
			<i aria-hidden><b style={{ width: `${value}%` }} /></i>
		</span>
	);
}

export function ScoreTrend({ of, name }: { of: Scores; name: string }) {
	const { t, language } = useTexts('operate');
	return <Spark values={of.trend.map((value) => (value === null ? null : String(value)))} label={t('quality.trendOf', { name, values: of.trend.map((value) => points(value, language)).join('; ') })} />;
}

/** The centre's, or the chosen reach's, score and what it is made of. */
export function Overall({ board }: { board: ScoreBoard }) {
	const { t, language } = useTexts('operate');
	const { name } = useNames();
	return (
		<div className={css.tiles}>
			<Tile value={points(board.overall.score, language)} text={<>{t('quality.overall')} · {t('quality.series', { count: board.overall.series })}</>}><ScoreTrend of={board.overall} name={t('quality.all')} /></Tile>
			{board.dimensions.map((dimension, i) => <Tile key={dimension.code} value={points(board.overall.scores[i] ?? null, language)} text={dimension.measure === 'unmeasured' ? `${name(dimension)} · ${t('quality.notYet')}` : name(dimension)} />)}
		</div>
	);
}
