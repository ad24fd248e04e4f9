import { Button, Checkbox } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, api, once } from '../app/api';
import { useNames, useTexts } from '../app/i18n';
import { may, useSession } from '../app/session';
import { ErrorSummary } from '../base/ErrorSummary';
import { StatusPill } from '../base/small';
import type { WeekItem } from './contract';
import css from './Discipline.module.css';
import { EvidenceList } from './EvidenceList';
import { ReminderStatus, WordsForm } from './Parts';
import { useRenew } from './Week';

const page = 60;

/** What is ticked in; `leaving`: unticked, and the reason is being written: neither issued nor left out yet. */
export interface Ticking { leaving: ReadonlySet<string>; leave: (id: string, on: boolean) => void }

/** A line for each unit; `tick`: they are still to be issued. */
export function WeekUnits({ items, tick }: { items: WeekItem[]; tick?: Ticking }) {
	const { t } = useTexts('discipline');
	const [shown, setShown] = useState(page);
	return (
		<>
			<ul className={css.units}>{items.slice(0, shown).map((item) => <Unit key={item.id} of={item} tick={tick} />)}</ul>
			{items.length > shown && <div className={css.foot}><Button variant="default" onClick={() => setShown(shown + page)}>{t('more', { count: Math.min(page, items.length - shown) })}</Button></div>}
		</>
	);
}

function Unit({ of, tick }: { of: WeekItem; tick?: Ticking }) {
	const { t } = useTexts('discipline');
	const { name } = useNames();
	const session = useSession();
	const renew = useRenew();
	const [open, setOpen] = useState(false);
	const leaving = tick?.leaving.has(of.id) ?? false;
	const setLeaving = (on: boolean) => tick?.leave(of.id, on);
	const review = useMutation({
		mutationFn: (how: { in: boolean; remark?: string }) => answer(api.POST('/api/v1/inspections/review', { params: { header: once() }, body: { reminders: [{ id: of.id, ...how }] } })),
		onSuccess: async () => {
			await renew();
			setLeaving(false);
		},
	});
	const unit = name({ name_vi: of.unit_vi, name_en: of.unit_en, code: of.unit });
	const chosen = of.state !== 'left_out' && !leaving;
	return (
		<li data-out={tick && !chosen ? true : undefined}>
			<div className={css.unit} data-week data-tick={tick ? true : undefined}>
				{tick && <Checkbox size="md" checked={chosen} disabled={!may(session, 'change', 'reminder') || review.isPending} aria-label={t('week.pick', { unit })} onChange={(event) => (event.currentTarget.checked ? (leaving ? setLeaving(false) : review.mutate({ in: true })) : setLeaving(true))} />}
				<strong className={css.name}><Link to={`/ladder?unit=${encodeURIComponent(of.unit ?? '')}` as never}>{unit}</Link></strong>
				<span>{of.late > 0 ? t('week.late', { count: of.late, days: of.oldest_days }) : t('week.lateNone')}</span>
				<span>{of.issued ? <ReminderStatus state={of.state} /> : of.late > 0 && t('week.nth', { n: of.would_be })}</span>
				<span>{of.would_reach && of.would_reach.target !== 'unit' && <StatusPill tone="hand">{name(of.would_reach)}</StatusPill>}</span>
				<span className={css.links}>
					<Button size="compact-sm" variant="subtle" aria-expanded={open} onClick={() => setOpen(!open)}>{t(open ? 'evidence.hide' : 'evidence.show', { count: of.evidence.length })}<span className="sr"> {unit}</span></Button>
					{of.late > 0 && <Link to={`/reminders/${of.id}` as never}>{t('week.text')}<span className="sr"> {unit}</span></Link>}
				</span>
			</div>
			{tick && of.state === 'left_out' && of.reviewed?.remark && <p className={css.said}>{t('week.leftOut')} <q>{of.reviewed.remark}</q></p>}
			{!leaving && <ErrorSummary error={review.error} />}
			{leaving && <WordsForm label={t('week.why', { unit })} hint={t('week.whyHint')} send={t('week.leave')} pending={review.isPending} error={review.error} onSend={(remark) => review.mutate({ in: false, remark })} onCancel={() => setLeaving(false)} />}
			{open && <EvidenceList unit={of.unit} items={of.evidence} excuse={tick !== undefined} />}
		</li>
	);
}
