import { Button } from '@mantine/core';
import { IconCheck, IconCornerUpLeft, IconEdit, IconInbox, IconMathFunction, type Icon } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { answer, api } from '../app/api';
import { useNames, useTexts } from '../app/i18n';
import { DataTable } from '../base/DataTable';
import { useAll } from '../base/Field';
import { formatDateTime, formatDecimal, formatPeriod } from '../base/format';
import { Page, Panel } from '../base/Page';
import { Facts, Figure, FigureStatus } from '../base/small';
import { Loaded } from '../base/States';
import type { GridFigure } from '../collect/contract';
import type { Lineage, StoryStep } from './contract';
import css from './Indicator.module.css';

/** "Where does this number come from?" */
export default function FigurePage() {
	const { id = '' } = useParams({ strict: false }) as { id?: string };
	const lineage = useQuery({ queryKey: ['figures', 'lineage', id], queryFn: () => answer(api.GET('/api/v1/figures/{id}/lineage', { params: { path: { id } } })) });
	return <Loaded query={lineage}>{(data) => <Shown lineage={data} />}</Loaded>;
}

const icons: Record<StoryStep['what'], Icon> = { derived: IconMathFunction, received: IconInbox, submitted: IconInbox, corrected: IconEdit, approved: IconCheck, returned: IconCornerUpLeft, withdrawn: IconCornerUpLeft };

function Shown({ lineage }: { lineage: Lineage }) {
	const { t, language } = useTexts('analyze');
	const { name } = useNames();
	const units = useAll('units');
	const { figure, story, revisions } = lineage;
	const indicator = useQuery({ queryKey: ['indicators', 'one', figure.indicator], queryFn: () => answer(api.GET('/api/v1/{kind}/{id}', { params: { path: { kind: 'indicators', id: figure.indicator ?? '' } } })), enabled: figure.indicator !== null });
	const unit = units.data?.find((row) => row.code === figure.unit);
	const title = indicator.data ? name(indicator.data) : figure.indicator ?? '–';
	const measure = indicator.data ? String((language === 'en' ? indicator.data.measure_en : indicator.data.measure_vi) ?? '') : '';
	const receipt = story.find((step) => step.receipt && step.figure === figure.id)?.receipt;
	const delivery = story.find((step) => step.delivery && step.figure === figure.id);
	return (
		<Page
			title={`${title} – ${unit ? name(unit) : figure.unit ?? '–'}, ${formatPeriod(figure.period, language)}`}
			crumbs={[{ text: t('list.titleWait'), to: '/indicators' }, { text: title, to: `/indicators/${encodeURIComponent(figure.indicator ?? '')}` }]}
			actions={delivery && <Button component={Link} variant="default" to={`/deliveries/${delivery.delivery}` as never}>{t('figure.delivery')}</Button>}
		>
			<section className={css.headline} aria-label={t('page.headline')}>
				<Figure value={figure.value} measure={measure} flags={figure.flags} large />
				<dl>
					<div><dt>{t('rank.status')}</dt><dd><FigureStatus status={figure.status} /></dd></div>
					<div><dt>{t('figure.revision')}</dt><dd>{t('figure.revisionOf', { n: figure.revision, of: Math.max(figure.revision, ...revisions.map((one) => one.revision)) })}</dd></div>
					{figure.breakdown && <div><dt>{t('figure.breakdown')}</dt><dd>{figure.breakdown}</dd></div>}
					{figure.remark && <div><dt>{t('figure.remark')}</dt><dd>{figure.remark}</dd></div>}
				</dl>
			</section>
			<Panel title={t('figure.story')}>
				<ol className={css.story}>
					{story.map((step, i) => <Step key={`${step.figure}/${step.what}/${i}`} step={step} unit={unit ? name(unit) : figure.unit ?? '–'} />)}
				</ol>
			</Panel>
			{receipt && (
				<Panel title={t('figure.receipt')}>
					<Facts items={[[t('figure.at'), formatDateTime(receipt.at, true)], [t('figure.journal'), <Link key="journal" to={`/journal?after=${receipt.seq - 1}` as never}>{`${receipt.server}:${receipt.seq}`}</Link>]]} />
					<dl className={css.hash}><dt>{t('figure.hash')}</dt><dd className="mono">{receipt.hash}</dd></dl>
				</Panel>
			)}
			<Panel flush title={t('figure.revisions', { count: revisions.length })}>
				<DataTable
					label={t('figure.revisions', { count: revisions.length })} rows={revisions} rowId={(row) => row.id} to={(row) => `/figures/${row.id}`}
					columns={[
						{ id: 'revision', header: t('figure.revision'), main: true, cell: (row) => t('figure.number', { n: row.revision }) },
						{ id: 'value', header: t('rank.value'), right: true, cell: (row) => formatDecimal(row.value, language) },
						{ id: 'status', header: t('rank.status'), cell: (row) => <FigureStatus status={row.status} /> },
						{ id: 'received', header: t('rank.received'), cell: (row) => formatDateTime(row.received, true) },
						{ id: 'reason', header: t('fix.reason'), cell: (row) => row.reason || row.remark || row.decision_remark || '–' },
					]}
				/>
			</Panel>
		</Page>
	);
}

function Step({ step, unit }: { step: StoryStep; unit: string }) {
	const { t, language } = useTexts('analyze');
	const Mark = icons[step.what];
	const who = step.by ? t('story.by', { who: step.by }) : '';
	const decision = step.by ? t(`story.${step.what}By`, { who: step.by }) : t(`story.${step.what}`);
	const value = formatDecimal(step.value, language);
	const decided = step.what === 'approved' || step.what === 'returned' || step.what === 'withdrawn';
	const place = step.file ? t(step.cell ? 'story.file' : 'story.fileOnly', { file: step.file, sheet: step.sheet ?? '–', cell: step.cell }) : step.source ? t(`story.${step.source}`) : '';
	return (
		<li data-what={step.what}>
			<Mark size="1.125rem" aria-hidden />
			<strong>{step.what === 'derived' ? t('story.derived', { value }) : decided ? decision : t(step.what === 'corrected' ? 'story.corrected' : 'story.received', { unit, value })}</strong>
			<p className="dim">{[step.at && formatDateTime(step.at, true), decided ? '' : who, place].filter(Boolean).join(' · ')}</p>
			{(step.reason || step.remark) && <p>{t('story.said', { text: step.reason || step.remark })}</p>}
			{step.inputs && <Inputs inputs={step.inputs} hidden={step.inputs_hidden ?? 0} />}
			{step.delivery && (
				<p>
					<Link to={`/deliveries/${step.delivery}` as never}>{t('figure.delivery')}</Link>
					{step.file && <> · <a href={`/api/v1/deliveries/${encodeURIComponent(step.delivery)}/file`}>{t('story.original')}</a></>}
					{step.receipt && <span className="dim"> · {t('story.receipt')} <span className="mono">{step.receipt.hash.slice(0, 12)}…</span></span>}
				</p>
			)}
		</li>
	);
}

/** The figures a derived one was computed from, each leading to its own story. */
function Inputs({ inputs, hidden }: { inputs: GridFigure[]; hidden: number }) {
	const { t, language } = useTexts('analyze');
	const { name } = useNames();
	const units = useAll('units');
	const unitName = (code: string | null) => name(units.data?.find((row) => row.code === code)) || (code ?? '–');
	return (
		<details className={css.inputs}>
			<summary>{t('story.inputs', { count: inputs.length + hidden })}</summary>
			<ul>
				{inputs.map((input) => (
					<li key={input.id}>
						<Link to={`/figures/${input.id}` as never}><span className="mono">{input.indicator}</span> {unitName(input.unit)}, {formatPeriod(input.period, language)}: {formatDecimal(input.value, language)}</Link>
					</li>
				))}
			</ul>
			{hidden > 0 && <p className="dim">{t('story.inputsHidden', { count: hidden })}</p>}
		</details>
	);
}
