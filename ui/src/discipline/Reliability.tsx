import { useTexts } from '../app/i18n';
import { formatCount, formatDecimal } from '../base/format';
import type { Predictions } from './contract';
import css from './Discipline.module.css';

/** Whether predictions keep their word: what was said beside what came of it, for whoever wants to know. */
export function Reliability({ of }: { of: Predictions['score'] }) {
	const { t, language } = useTexts('discipline');
	const percent = (permille: number) => t('soon.percent', { percent: Math.round(permille / 10) });
	const small = (part: number) => formatDecimal(part.toFixed(3), language);
	return (
		<details className={css.more}>
			<summary>{t('soon.reliability')}</summary>
			<table className={css.reliability}>
				<caption>{t('soon.tested', { days: of.days, brier: small(of.brier), mean: small(of.brier_of_mean) })}</caption>
				<thead><tr><th scope="col">{t('soon.said')}</th><th scope="col">{t('soon.came')}</th><th scope="col">{t('soon.figures')}</th></tr></thead>
				<tbody>
					{of.reliability.map((row) => (
						<tr key={row.from}><th scope="row">{percent(row.said)}</th><td>{percent(row.came)}</td><td>{formatCount(row.n, language)}</td></tr>
					))}
				</tbody>
			</table>
		</details>
	);
}
