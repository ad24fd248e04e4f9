import { Button, NativeSelect, Radio } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, api, once } from '../app/api';
import { useNames, useTexts } from '../app/i18n';
import { may, useSession } from '../app/session';
import { useUrl } from '../app/url';
import { formatDate, formatPeriod } from '../base/format';
import { notify } from '../base/notify';
import { Page, Panel } from '../base/Page';
import { StatusPill } from '../base/small';
import { EmptyState, Loaded } from '../base/States';
import { UnitPicker } from '../base/UnitPicker';
import type { Ladder as LadderAnswer, Reached, Standing } from './contract';
import css from './Discipline.module.css';
import { byMonth, type Mark, monthsOf, sortLadder, undecided } from './discipline';
import { Gauge } from './Gauge';
import { OwnStanding } from './OwnStanding';
import { Places, ReminderLink, useOversees, WordsForm } from './Parts';
import { useRenew } from './Week';

/** "Who climbs, and what would the next one mean?" */
export default function Ladder() {
	return useOversees() ? <Whole /> : <OwnStanding />;
}

function Whole() {
	const { t } = useTexts('discipline');
	const url = useUrl();
	const session = useSession();
	const thisYear = Number(session.now.slice(0, 4));
	const year = Number(url.one('year')) || thisYear;
	const unit = url.one('unit');
	const query = { year, unit: unit || undefined };
	const ladder = useQuery({ queryKey: ['ladder', query], queryFn: () => answer(api.GET('/api/v1/ladder', { params: { query } })) });
	const open = ladder.data?.items.reduce((sum, of) => sum + undecided(of).length, 0) ?? 0;
	return (
		<Page
			title={ladder.data ? t('ladder.title', { count: ladder.data.items.filter((of) => of.count > 0).length, year }) : t('ladder.question')}
			lead={ladder.data ? (open > 0 ? t('ladder.open', { count: open }) : t('ladder.openNone')) : undefined}
		>
			<Places at="ladder" />
			<div className={css.filters}>
				<UnitPicker ariaLabel={t('unit')} placeholder={t('anyUnit')} value={unit || null} onChange={(code) => void url.set({ unit: code ?? undefined })} />
				<NativeSelect aria-label={t('year')} value={String(year)} onChange={(event) => void url.set({ year: event.currentTarget.value === String(thisYear) ? undefined : event.currentTarget.value })} data={[0, 1, 2, 3, 4].map((back) => ({ value: String(thisYear - back), label: t('yearOf', { year: thisYear - back }) }))} />
			</div>
			<Loaded query={ladder} rows={10} isEmpty={(data) => data.items.length === 0} empty={<EmptyState title={t('ladder.none')} text={t('ladder.noneText')} />}>
				{(data) => (
					<>
						<Legend of={data} />
						<Rungs ladder={data} />
						{unit && data.items.map((of) => <OneUnit key={of.unit} of={of} year={data.year} />)}
					</>
				)}
			</Loaded>
		</Page>
	);
}

function Legend({ of }: { of: LadderAnswer }) {
	const { t } = useTexts('discipline');
	const { name } = useNames();
	return (
		<ul className={css.legend} aria-label={t('ladder.legend')}>
			<li><i className={css.dot} aria-hidden>1</i>{t('ladder.dot')}</li>
			{of.steps.filter((step) => step.target !== 'unit').map((step) => <li key={step.code}><i className={css.dot} data-step aria-hidden>{step.reminders}</i>{name(step)}{step.document && <span className="dim">({step.document})</span>}</li>)}
		</ul>
	);
}

const page = 100;

function Rungs({ ladder }: { ladder: LadderAnswer }) {
	const { t, language } = useTexts('discipline');
	const { name } = useNames();
	const [shown, setShown] = useState(page);
	const rows = sortLadder(ladder.items);
	const months = monthsOf(ladder, useSession().now);
	return (
		<Panel flush>
			<div className={css.frame} role="region" aria-label={t('ladder.question')} tabIndex={0}>
				<table className={css.ladder}>
					<thead>
						<tr>
							<th scope="col">{t('unit')}</th>
							<th scope="col">{t('ladder.count')}</th>
							{months.map((month) => <th key={month} scope="col"><abbr title={formatPeriod(month, language)}>{t('ladder.month', { n: Number(month.slice(5)) })}</abbr></th>)}
							<th scope="col">{t('ladder.next')}</th>
						</tr>
					</thead>
					<tbody>
						{rows.slice(0, shown).map((of) => (
							<tr key={of.unit}>
								<th scope="row"><Link to={`/ladder?unit=${encodeURIComponent(of.unit ?? '')}&year=${ladder.year}` as never}>{name({ name_vi: of.unit_vi, name_en: of.unit_en, code: of.unit })}</Link></th>
								<td><span className={css.sum}><b>{of.count}</b> <Gauge count={of.count} steps={ladder.steps} /></span></td>
								{byMonth(of, months).map((marks, i) => <td key={months[i]}><span className={css.dots}>{marks.map((mark) => <DotLink key={mark.id} of={mark} />)}</span></td>)}
								<td className={css.nextStep}>{undecided(of).length > 0 ? <StatusPill tone="hand">{t('ladder.undecided')}</StatusPill> : of.next ? t('ladder.nextIs', { count: of.until_next, step: name(of.next) }) : t('ladder.last')}</td>
							</tr>
						))}
					</tbody>
				</table>
			</div>
			{rows.length > shown && <div className={css.foot}><Button variant="default" onClick={() => setShown(shown + page)}>{t('more', { count: Math.min(page, rows.length - shown) })}</Button></div>}
		</Panel>
	);
}

function DotLink({ of }: { of: Mark }) {
	const { t } = useTexts('discipline');
	const { name } = useNames();
	const words = [t('ladder.dotOf', { n: of.nth, number: of.number, date: formatDate(of.issued), count: of.late }), of.step ? name(of.step) : ''].filter(Boolean).join('. ');
	return <Link to={`/reminders/${of.id}` as never} className={css.dot} data-step={(of.step && of.step.target !== 'unit') || undefined} title={words} aria-label={words}>{of.nth}</Link>;
}

/** One unit in words: the steps it reached, what was decided, and what the next reminder would mean. */
function OneUnit({ of, year }: { of: Standing; year: number }) {
	const { t } = useTexts('discipline');
	const { name } = useNames();
	return (
		<Panel title={name({ name_vi: of.unit_vi, name_en: of.unit_en, code: of.unit })}>
			<p>{of.next ? t('ladder.nextIs', { count: of.until_next, step: name(of.next) }) : t('ladder.last')}</p>
			<ul className={css.steps}>{of.reached.filter((one) => one.step.target !== 'unit').map((one) => <StepLine key={one.step.code} of={one} unit={of.unit} year={year} />)}</ul>
			{of.lapsed.map((one) => <p key={one.at} className={css.quoted}><strong>{t('ladder.lapsed')}</strong> {t(`ladder.decision_${one.decision}`)} <q>{one.reason}</q> <span className="dim">{formatDate(one.at)}</span></p>)}
		</Panel>
	);
}

function StepLine({ of, unit, year }: { of: Reached; unit: string | null; year: number }) {
	const { t } = useTexts('discipline');
	const { name } = useNames();
	const session = useSession();
	const renew = useRenew();
	const [open, setOpen] = useState(false);
	const [decision, setDecision] = useState<'act' | 'dismiss'>('act');
	const decide = useMutation({
		mutationFn: (reason: string) => answer(api.POST('/api/v1/ladder/decisions', { params: { header: once() }, body: { unit: unit ?? '', year, step: of.step.code, decision, reason } })),
		onSuccess: async () => {
			setOpen(false);
			await notify({ tone: 'good', text: t('ladder.decided') });
			await renew();
		},
	});
	return (
		<li>
			<strong>{name(of.step)}</strong> <span className="dim">{t('ladder.reached', { date: formatDate(of.at) })}</span> <ReminderLink id={of.reminder} number={of.number} issued={of.at} />
			{of.decision ? <p className={css.quoted}>{t(`ladder.decision_${of.decision.decision}`)} <q>{of.decision.reason}</q> <span className="dim">{formatDate(of.decision.at)}</span></p>
				: open ? (
					<WordsForm label={t('ladder.reason')} send={t('ladder.decide')} pending={decide.isPending} error={decide.error} onSend={(reason) => decide.mutate(reason)} onCancel={() => setOpen(false)}>
						<Radio.Group value={decision} onChange={(value) => setDecision(value as 'act' | 'dismiss')} label={t('one.decision')}>
							<div className={css.row}>
								<Radio value="act" label={t('ladder.decision_act')} />
								<Radio value="dismiss" label={t('ladder.decision_dismiss')} />
							</div>
						</Radio.Group>
					</WordsForm>
				) : may(session, 'approve', 'reminder') ? <div className={css.row}><Button variant="default" onClick={() => setOpen(true)}>{t('ladder.decideOpen')}</Button></div>
					: <p className="dim">{t('ladder.undecided')}</p>}
		</li>
	);
}
