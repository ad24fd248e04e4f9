import { Button, Radio } from '@mantine/core';
import { IconCheck, IconCopy, IconPrinter } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, api, once } from '../app/api';
import { useNames, useTexts } from '../app/i18n';
import { may, useSession } from '../app/session';
import { ErrorSummary } from '../base/ErrorSummary';
import { formatDate, formatDateTime, formatPeriod, formatTime } from '../base/format';
import { notify } from '../base/notify';
import { Page, Panel } from '../base/Page';
import { Loaded } from '../base/States';
import type { ReminderPage as Reminder } from './contract';
import css from './Discipline.module.css';
import { EvidenceList } from './EvidenceList';
import { ReminderStatus, WordsForm } from './Parts';
import { useRenew } from './Week';

/** "What does this reminder say, what does it rest on, what became of it?" */
export default function ReminderPage() {
	const { t, language } = useTexts('discipline');
	const { name } = useNames();
	const { id } = useParams({ strict: false }) as { id: string };
	const reminder = useQuery({ queryKey: ['reminders', id], queryFn: () => answer(api.GET('/api/v1/reminders/{id}', { params: { path: { id } } })) });
	const of = reminder.data;
	const unit = of ? name({ name_vi: of.unit_vi, name_en: of.unit_en, code: of.unit }) : '';
	return (
		<Page
			title={of ? (of.issued ? t('one.title', { number: t('number', { n: of.number, year: of.year }), unit }) : t('one.draftTitle', { week: formatPeriod(of.week, language), unit })) : t('one.question')}
			lead={of && <ReminderStatus state={of.state} />}
			crumbs={[{ text: t('places.reminders'), to: '/reminders' }]}
			actions={of?.issued && <Button component="a" variant="default" href={`/api/v1/reminders/${of.id}/pdf`} leftSection={<IconPrinter size="1.125rem" aria-hidden />}>{t('one.print')}</Button>}
		>
			<Loaded query={reminder}>
				{(data) => (
					<div className={css.split}>
						<div className={css.stack}>
							<Actions key={data.state} of={data} />
							<Letter of={data} unit={unit} />
						</div>
						<div className={css.stack}>
							<Panel title={t('one.timeline')}><Timeline of={data} /></Panel>
							<Panel flush title={t('evidence.titleOf', { count: data.evidence.filter((one) => !one.excluded).length })}>
								<EvidenceList unit={data.unit} items={data.evidence} excuse={!data.issued} />
							</Panel>
						</div>
					</div>
				)}
			</Loaded>
		</Page>
	);
}

/** What it says, as it was issued: later changes show beside it, not in it. */
function Letter({ of, unit }: { of: Reminder; unit: string }) {
	const { t, language } = useTexts('discipline');
	const { name } = useNames();
	const { notice } = of;
	const [copied, setCopied] = useState(false);
	const gone = of.issued && !of.stands;
	const copy = async () => {
		await navigator.clipboard.writeText(of.message);
		setCopied(true);
	};
	return (
		<article className={css.letter} aria-label={t('letter.label')}>
			<header><span>{notice.letterhead.agency}</span><span>{of.issued ? t('letter.number', { number: t('number', { n: of.number, year: of.year }) }) : t('letter.draft')}</span></header>
			{gone && <p className={css.gone}>{t(of.withdrawn ? 'letter.withdrawn' : of.upheld ? 'letter.upheld' : 'letter.groundless')}</p>}
			<h2>{t('letter.title')}</h2>
			<p>{t(`letter.to_${notice.target}`, { unit: language === 'vi' ? notice.to : unit })}</p>
			<p>{t('letter.body', { at: formatDateTime(notice.cutoff), week: formatPeriod(of.week, language), count: notice.late })}</p>
			<ol>
				{notice.duties.map((one) => <li key={`${one.indicator} ${one.period}`}>{t('letter.item', { name: name(one) || one.indicator, period: formatPeriod(one.period, language), date: formatDate(one.deadline), time: formatTime(one.deadline) })}</li>)}
			</ol>
			{notice.rules.length > 0 && <p>{t('letter.rules', { rules: notice.rules.map((rule) => rule.document_number ? t('letter.rule', { name: name(rule), number: rule.document_number }) : name(rule)).join('; ') })}</p>}
			<p>{t(`letter.nth_${notice.counts}`, { n: notice.nth, year: notice.year })}{notice.next && ` ${t('letter.next', { n: notice.next.reminders, step: name(notice.next) })}`}</p>
			<p>{t('letter.ask', { at: formatDateTime(notice.acknowledge_by) })}</p>
			<p>{t('letter.appeal', { at: formatDateTime(notice.appeal_by) })}</p>
			{of.issued && <footer>{t('letter.issued', { at: formatDateTime(of.issued.at) })}</footer>}
			{of.issued && 'clipboard' in navigator && (
				<div className={css.copy}>
					<Button variant="default" size="compact-sm" leftSection={copied ? <IconCheck size="1rem" aria-hidden /> : <IconCopy size="1rem" aria-hidden />} onClick={() => void copy()}>{t(copied ? 'letter.copied' : 'letter.copy')}</Button>
				</div>
			)}
		</article>
	);
}

function Timeline({ of }: { of: Reminder }) {
	const { t } = useTexts('discipline');
	const acts: [what: string, at: string | undefined, words?: string | null][] = [
		['computed', of.cutoff],
		[of.state === 'left_out' ? 'leftOut' : 'reviewed', of.reviewed?.at, of.reviewed?.remark],
		['issued', of.issued?.at],
		['acknowledged', of.acknowledged?.at],
		['appealed', of.appealed?.at, of.appealed?.text],
		[of.upheld ? 'upheld' : 'rejected', of.decided?.at, of.decided?.reason],
		['withdrawn', of.withdrawn?.at, of.withdrawn?.reason],
	];
	const done = acts.filter((act): act is [string, string, (string | null)?] => Boolean(act[1])).sort((a, b) => a[1].localeCompare(b[1]));
	return (
		<ol className={css.timeline}>
			{done.map(([what, at, words]) => (
				<li key={what}>
					<strong>{t(`act.${what}`)}</strong> <time dateTime={at} className="dim">{formatDateTime(at)}</time>
					{words && <q>{words}</q>}
				</li>
			))}
		</ol>
	);
}

type Doing = 'appeal' | 'decide' | 'withdraw';

/** What this person may do with it now; the server has the last word. */
function Actions({ of }: { of: Reminder }) {
	const { t } = useTexts('discipline');
	const session = useSession();
	const renew = useRenew();
	const decides = may(session, 'approve', 'reminder') && of.state === 'appealed';
	const [doing, setDoing] = useState<Doing | null>(decides ? 'decide' : null);
	const [decision, setDecision] = useState<'uphold' | 'reject'>('uphold');
	const params = { path: { id: of.id }, header: once() };
	const act = useMutation({
		mutationFn: ({ what, words }: { what: Doing | 'acknowledge'; words: string }) => {
			if (what === 'acknowledge') return answer(api.POST('/api/v1/reminders/{id}/acknowledgement', { params }));
			if (what === 'appeal') return answer(api.POST('/api/v1/reminders/{id}/appeal', { params, body: { text: words } }));
			if (what === 'decide') return answer(api.POST('/api/v1/reminders/{id}/decision', { params, body: { decision, reason: words } }));
			return answer(api.POST('/api/v1/reminders/{id}/withdrawal', { params, body: { reason: words } }));
		},
		onSuccess: async (_, { what }) => {
			setDoing(null);
			await notify({ tone: 'good', text: t(`one.done_${what}`) });
			await renew();
		},
	});
	if (!of.issued) return null;
	const mine = may(session, 'submit', 'reminder');
	const acknowledge = mine && of.state === 'issued';
	const appeal = mine && of.stands && !of.appealed;
	const withdraw = may(session, 'change', 'reminder') && of.stands;
	if (!acknowledge && !appeal && !withdraw && !decides) return null;
	const begin = (what: Doing) => {
		act.reset();
		setDoing(what);
	};
	return (
		<Panel title={t(decides ? 'one.decideTitle' : acknowledge ? 'one.acknowledgeTitle' : 'one.doTitle')}>
			{decides && of.appealed && <p className={css.quoted}><q>{of.appealed.text}</q></p>}
			{!doing && (
				<>
					<ErrorSummary error={act.error} />
					<div className={css.row}>
						{acknowledge && <Button leftSection={<IconCheck size="1.125rem" aria-hidden />} loading={act.isPending} onClick={() => act.mutate({ what: 'acknowledge', words: '' })}>{t('one.acknowledge')}</Button>}
						{decides && <Button onClick={() => begin('decide')}>{t('one.decide')}</Button>}
						{appeal && <Button variant="default" onClick={() => begin('appeal')}>{t('one.appeal')}</Button>}
						{withdraw && <Button variant="default" onClick={() => begin('withdraw')}>{t('one.withdraw')}</Button>}
					</div>
				</>
			)}
			{doing && (
				<WordsForm key={doing} label={t(`one.words_${doing}`)} hint={t(`one.hint_${doing}`)} send={t(`one.send_${doing}`)} pending={act.isPending} error={act.error} grave={doing === 'withdraw'} onSend={(words) => act.mutate({ what: doing, words })} onCancel={() => setDoing(null)}>
					{doing === 'decide' && (
						<Radio.Group value={decision} onChange={(value) => setDecision(value as 'uphold' | 'reject')} label={t('one.decision')}>
							<div className={css.row}>
								<Radio value="uphold" label={t('one.uphold')} />
								<Radio value="reject" label={t('one.reject')} />
							</div>
						</Radio.Group>
					)}
				</WordsForm>
			)}
		</Panel>
	);
}
