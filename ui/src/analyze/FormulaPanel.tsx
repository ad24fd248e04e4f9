/* The formula of an indicator, worked out for a period: each term opens the figure it rests on. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answer, api } from '../app/api';
import type { RecordRow } from '../app/contract';
import { useNames, useTexts } from '../app/i18n';
import { useSession } from '../app/session';
import { useUrl } from '../app/url';
import { formatDate, formatDecimal, formatPeriod } from '../base/format';
import { Panel } from '../base/Page';
import { Figure } from '../base/small';
import { EmptyState, Loaded } from '../base/States';
import { RecordPicker } from '../base/UnitPicker';
import type { Evaluation, Indicator, Term } from './contract';
import css from './Formula.module.css';

export interface FormulaRow extends RecordRow { indicator: string; valid_from: string; formula: string; document: string | null; remark: string | null }

/** Versions of an indicator's formula, newest first. */
export function useFormulas(code: string) {
	return useQuery({
		queryKey: ['formulas', 'of', code],
		queryFn: async () => {
			const { items } = await answer(api.GET('/api/v1/{kind}', { params: { path: { kind: 'formulas' }, query: { indicator: code, limit: 100 } } }));
			return (items as FormulaRow[]).sort((a, b) => b.valid_from.localeCompare(a.valid_from));
		},
	});
}

export function useEvaluation(asked: { formula: string; unit?: string; period: string; indicator?: string }) {
	return useQuery({
		queryKey: ['formulas', 'evaluate', asked],
		queryFn: () => answer(api.POST('/api/v1/formulas/evaluate', { body: asked })),
		enabled: asked.formula.trim() !== '' && (asked.unit !== '' || asked.unit === undefined),
		placeholderData: (before) => before,
		retry: false,
	});
}

export function FormulaPanel({ indicator, period }: { indicator: Indicator; period: string }) {
	const { t } = useTexts('analyze');
	const session = useSession();
	const url = useUrl();
	const formulas = useFormulas(indicator.code);
	const may = session.may.formula?.includes('create') ?? false;
	const unit = indicator.scope === 'commune' ? url.one('for') : undefined;
	const address = `/indicators/${encodeURIComponent(indicator.code)}/formula`;
	return (
		<Loaded query={formulas} isEmpty={(rows) => rows.length === 0} empty={<EmptyState title={t('formula.none')} text={t('formula.noneText')}>{may && <Button component={Link} to={address as never}>{t('formula.write')}</Button>}</EmptyState>}>
			{([newest]) => newest && (
				<Panel title={t('formula.since', { date: formatDate(newest.valid_from) })} actions={<Button component={Link} variant="default" to={address as never}>{t(may ? 'formula.edit' : 'formula.text')}</Button>}>
					<pre className={`${css.shown} mono`}>{newest.formula}</pre>
					{newest.remark && <p className="dim">{newest.remark}</p>}
					{unit !== undefined && <div className={css.row}><RecordPicker kind="units" label={t('formula.unit')} value={unit || null} onChange={(to) => void url.set({ for: to ?? undefined })} /></div>}
					{unit !== '' && <Worked formula={newest.formula} unit={unit} indicator={indicator} period={period} />}
				</Panel>
			)}
		</Loaded>
	);
}

function Worked({ formula, unit, indicator, period }: { formula: string; unit: string | undefined; indicator: Indicator; period: string }) {
	const evaluation = useEvaluation({ formula, unit, period, indicator: indicator.code });
	return <Loaded query={evaluation}>{(data) => <Result evaluation={data} formula={formula} indicator={indicator} />}</Loaded>;
}

/** Value or reason, terms with their figures, steps. */
export function Result({ evaluation, formula, indicator }: { evaluation: Evaluation; formula: string; indicator: Indicator }) {
	const { t, language } = useTexts('analyze');
	const measure = (language === 'en' ? indicator.measure_en : indicator.measure_vi) ?? '';
	if (evaluation.fault) return null;
	const { reason, terms = [], left_out: leftOut = [], explanation = [] } = evaluation;
	const shown = (value: string | boolean | null) => (typeof value === 'boolean' ? t(`formula.${value}`) : value === null ? '–' : /^-?\d+(\.\d+)?$/.test(value) ? formatDecimal(value, language) : value);
	return (
		<>
			<p role="status">
				{typeof evaluation.value === 'string' && <span className={css.result}><Figure value={evaluation.value} measure={measure} /></span>}
				{evaluation.value === null && <><strong>{t('formula.missing')}: </strong>{language === 'en' ? reason?.en : reason?.vi}</>}
				{evaluation.period && <span className="dim"> · {formatPeriod(evaluation.period, language)} · {t('formula.count', { count: evaluation.steps ?? 0 })}</span>}
			</p>
			<h3>{t('formula.terms')}</h3>
			<div className={css.scroll} tabIndex={0} role="region" aria-label={t('formula.terms')}>
				<table className={css.table}>
					<thead><tr><th scope="col">{t('formula.term')}</th><th scope="col">{t('formula.value')}</th></tr></thead>
					<tbody>{terms.map((term) => <TermRow key={`${term.start}/${term.indicator}/${term.units}`} term={term} formula={formula} />)}</tbody>
				</table>
			</div>
			{leftOut.length > 0 && (
				<details>
					<summary>{t('formula.leftOut', { count: new Set(leftOut.map(({ unit }) => unit)).size })}</summary>
					<ul className={css.cells}>{leftOut.map((lost) => <li key={`${lost.unit}/${lost.indicator}/${lost.period}/${lost.breakdown}`}>{language === 'en' ? lost.en : lost.vi}</li>)}</ul>
				</details>
			)}
			{explanation.length > 0 && (
				<>
					<h3>{t('formula.steps')}</h3>
					<div className={css.scroll} tabIndex={0} role="region" aria-label={t('formula.steps')}>
						<table className={css.table}>
							<thead><tr><th scope="col">{t('formula.stepPart')}</th><th scope="col">{t('formula.value')}</th></tr></thead>
							<tbody>{explanation.map((step, i) => <tr key={i}><td><code>{formula.slice(step.start, step.end)}</code></td><td className="num">{shown(step.value)}</td></tr>)}</tbody>
						</table>
					</div>
				</>
			)}
		</>
	);
}

const cellsShown = 8;

function TermRow({ term, formula }: { term: Term; formula: string }) {
	const { t, language } = useTexts('analyze');
	const { name } = useNames();
	return (
		<tr>
			<td>
				<code>{formula.slice(term.start, term.end)}</code><br />
				<Link to={`/indicators/${encodeURIComponent(term.indicator)}` as never}>{name({ ...term, code: term.indicator })}</Link>
				{term.count > 1 && <><br /><small className="dim">{t('formula.cells', { n: term.count, missing: term.missing, leftOut: term.left_out })}</small></>}
			</td>
			<td>
				<ul className={css.cells}>
					{term.cells.slice(0, cellsShown).map((cell) => (
						<li key={`${cell.unit}/${cell.period}/${cell.breakdown}`}>
							{cell.figure && cell.value !== null
								? <Link to={`/figures/${cell.figure}` as never} aria-label={t('formula.open', { value: formatDecimal(cell.value, language) })}>{formatDecimal(cell.value, language)}</Link>
								: <span className="dim">{(language === 'en' ? cell.reason?.en : cell.reason?.vi) ?? '–'}</span>}
							{cell.value !== null && <small className="dim"> {name({ name_vi: cell.unit_vi, name_en: cell.unit_en })}, {formatPeriod(cell.period, language)}{cell.breakdown && `, ${cell.breakdown}`}{cell.provisional && ` · ${t('formula.provisional')}`}{cell.left_out && ` · ${t('formula.without', { reason: language === 'en' ? cell.left_out.en : cell.left_out.vi })}`}</small>}
						</li>
					))}
					{term.cells.length > cellsShown && <li className="dim">{t('formula.more', { count: term.cells.length - cellsShown })}</li>}
				</ul>
			</td>
		</tr>
	);
}
