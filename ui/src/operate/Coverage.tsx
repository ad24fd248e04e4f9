import { Button, Checkbox, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { answer, api } from '../app/api';
import type { Coverage as Map, CoverageRow } from '../app/contract';
import { useNames, useTexts } from '../app/i18n';
import { useUrl } from '../app/url';
import { formatPeriod } from '../base/format';
import { Page, Panel } from '../base/Page';
import { EmptyState, Loaded } from '../base/States';
import { UnitPicker } from '../base/UnitPicker';
import DueSoon from '../discipline/DueSoon';
import css from './Coverage.module.css';
import { glyphs, gaps, look } from './coverage';

type By = 'domain' | 'indicator' | 'unit';
const kinds = ['monthly', 'daily', 'weekly', 'quarterly', 'half_yearly', 'yearly'];

/** "Which figures are missing?": domains, then their indicators, then the units of one. */
export default function Coverage() {
	const { t } = useTexts('operate');
	const url = useUrl();
	const indicator = url.one('indicator');
	const domain = url.one('domain');
	const unit = url.one('unit');
	const only = url.one('only') === 'gaps';
	const by: By = indicator ? 'unit' : domain || url.one('by') === 'indicator' ? 'indicator' : 'domain';
	const kind = kinds.includes(url.one('kind')) ? url.one('kind') : 'monthly';
	const query = { by, indicator: indicator || undefined, domain: indicator ? undefined : domain || undefined, unit: unit || undefined, kind: indicator ? undefined : kind };
	const map = useQuery({ queryKey: ['coverage', query], queryFn: () => answer(api.GET('/api/v1/coverage', { params: { query } })) });
	const deeper = (row: CoverageRow) => {
		const next = new URLSearchParams();
		if (unit) next.set('unit', unit);
		if (kind !== 'monthly') next.set('kind', kind);
		if (by === 'domain') next.set('domain', row.code);
		if (by === 'indicator') next.set('indicator', row.code);
		return by === 'unit' ? `/quality?unit=${encodeURIComponent(row.code)}` : `/coverage?${next}`;
	};
	return (
		<Page title={t('coverage.title')} lead={t('coverage.lead')} crumbs={domain || indicator ? [{ text: t('coverage.domains'), to: '/coverage' }] : []}>
			<div className={css.filters}>
				<UnitPicker value={unit || null} onChange={(code) => void url.set({ unit: code ?? undefined })} ariaLabel={t('quality.unit')} placeholder={t('quality.anyUnit')} />
				{!indicator && <NativeSelect aria-label={t('coverage.kind')} value={kind} onChange={(event) => void url.set({ kind: event.currentTarget.value === 'monthly' ? undefined : event.currentTarget.value })} data={kinds.map((value) => ({ value, label: t(`coverage.kind_${value}`) }))} />}
				<Checkbox label={t('coverage.only')} checked={only} onChange={(event) => void url.set({ only: event.currentTarget.checked ? 'gaps' : undefined })} />
			</div>
			<Legend />
			{(indicator || unit) && <DueSoon unit={unit || undefined} indicator={indicator || undefined} name={indicator || unit} />}
			<Loaded query={map} isEmpty={(data) => data.items.length === 0} empty={<EmptyState title={t('coverage.none')} text={t('coverage.noneText')} />}>
				{(data) => <Squares key={`${by}.${domain}.${indicator}`} map={data} by={by} only={only} to={deeper} />}
			</Loaded>
		</Page>
	);
}

function Legend() {
	const { t } = useTexts('operate');
	return (
		<ul className={css.legend} aria-label={t('coverage.legend')}>
			{Object.entries(glyphs).map(([state, glyph]) => <li key={state}><i aria-hidden data-state={state}>{glyph}</i>{t(`coverage.state.${state}`)}</li>)}
		</ul>
	);
}

const page = 80;

function Squares({ map, by, only, to }: { map: Map; by: By; only: boolean; to: (row: CoverageRow) => string }) {
	const { t, language } = useTexts('operate');
	const { name } = useNames();
	const [shown, setShown] = useState(page);
	const frame = useRef<HTMLDivElement>(null);
	useEffect(() => {
		// The newest periods are what one looks for.
		if (frame.current) frame.current.scrollLeft = frame.current.scrollWidth;
	}, []);
	const rows = map.items.filter((row) => !only || gaps(row, map.states) > 0);
	return (
		<Panel flush>
			<div ref={frame} className={css.frame} role="region" aria-label={t('coverage.title')} tabIndex={0}>
				<table className={css.map}>
					<thead>
						<tr>
							<th scope="col">{t(`coverage.row_${by}`)}</th>
							{map.periods.map((period) => <th key={period} scope="col"><Head text={formatPeriod(period, language, true)} /></th>)}
						</tr>
					</thead>
					<tbody>
						{rows.slice(0, shown).map((row) => (
							<tr key={row.code}>
								<th scope="row">
									<Link to={to(row) as never}>{name(row)}</Link>
									{row.never > 0 && <small data-state="never">{t('coverage.never', { count: row.never })}</small>}
									{row.stopped > 0 && <small data-state="stopped">{t('coverage.stopped', { count: row.stopped })}{row.since && ` ${t('coverage.since', { period: formatPeriod(row.since, language, true) })}`}</small>}
								</th>
								{row.squares.map((square, i) => <Square key={map.periods[i]} square={square} states={map.states} />)}
							</tr>
						))}
					</tbody>
				</table>
			</div>
			{rows.length > shown && <div className={css.more}><Button variant="default" onClick={() => setShown(shown + page)}>{t('coverage.more', { count: Math.min(page, rows.length - shown) })}</Button></div>}
		</Panel>
	);
}

/** "T11/2026", "Nov 2026" on two lines: columns stay as narrow as their squares. */
function Head({ text }: { text: string }) {
	const cut = Math.max(text.lastIndexOf('/'), text.lastIndexOf(' ')) + 1;
	return <>{text.slice(0, cut)}{cut > 0 && <br />}{text.slice(cut)}</>;
}

/** One series: the mark of its state.  Several: how many of a hundred are there, in the tone of the worst. */
function Square({ square, states }: { square: number[]; states: string[] }) {
	const { t } = useTexts('operate');
	const { state, text, parts } = look(square, states);
	if (state === null) return <td><span className="sr">{t('coverage.nothing')}</span></td>;
	const words = parts.map(([of, n]) => `${t(`coverage.state.${of}`)}${parts.length > 1 || n > 1 ? ` ${n}` : ''}`).join(', ');
	return <td title={words}><i data-state={state} aria-hidden>{text}</i><span className="sr">{words}</span></td>;
}
