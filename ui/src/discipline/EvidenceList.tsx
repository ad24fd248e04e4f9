import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, api, once } from '../app/api';
import { useNames, useTexts } from '../app/i18n';
import { may, useSession } from '../app/session';
import { formatDate, formatPeriod, formatTime } from '../base/format';
import { notify } from '../base/notify';
import { StatusPill } from '../base/small';
import { RecordPicker } from '../base/UnitPicker';
import type { Evidence } from './contract';
import css from './Discipline.module.css';
import { WordsForm } from './Parts';

const first = 20;

/** The duties a reminder rests on, those that do not count after them, each leading to its figures. */
export function EvidenceList({ unit, items, excuse }: { unit: string | null; items: Evidence[]; excuse?: boolean }) {
	const { t } = useTexts('discipline');
	const [shown, setShown] = useState(first);
	const session = useSession();
	const ordered = [...items].sort((a, b) => Number(Boolean(a.excluded)) - Number(Boolean(b.excluded)) || a.deadline.localeCompare(b.deadline));
	return (
		<>
			<ol className={css.evidence} aria-label={t('evidence.title')}>
				{ordered.slice(0, shown).map((one) => <Line key={one.duty} unit={unit} of={one} excuse={Boolean(excuse) && !one.excluded && may(session, 'change', 'duty')} />)}
			</ol>
			{ordered.length > shown && <Button variant="subtle" onClick={() => setShown(ordered.length)}>{t('evidence.more', { count: ordered.length - shown })}</Button>}
		</>
	);
}

function Line({ unit, of, excuse }: { unit: string | null; of: Evidence; excuse: boolean }) {
	const { t, language } = useTexts('discipline');
	const { name } = useNames();
	const [open, setOpen] = useState(false);
	const at = new URLSearchParams({ unit: unit ?? '', period: of.period });
	const title = name(of) || of.indicator || t('evidence.gone');
	return (
		<li data-out={of.excluded ? true : undefined}>
			<div className={css.line}>
				<span className={css.what}>
					{of.indicator ? <Link to={`/indicators/${encodeURIComponent(of.indicator)}?${at}` as never}>{title}</Link> : title}
					<span className="dim">{formatPeriod(of.period, language)}</span>
				</span>
				<span className="num">{t('evidence.deadline', { date: formatDate(of.deadline), time: formatTime(of.deadline) })}</span>
				{of.excluded && <StatusPill tone="quiet">{t(`excluded.${of.excluded}`)}</StatusPill>}
				{of.excluded && of.why && <q>{of.why}</q>}
				{excuse && !open && <Button size="compact-sm" variant="default" aria-label={t('excuse.name', { name: title, period: formatPeriod(of.period, language) })} onClick={() => setOpen(true)}>{t('excuse.do')}</Button>}
			</div>
			{open && <Excuse duty={of.duty} close={() => setOpen(false)} />}
		</li>
	);
}

function Excuse({ duty, close }: { duty: string; close: () => void }) {
	const { t } = useTexts('discipline');
	const queries = useQueryClient();
	const [document, setDocument] = useState<string | null>(null);
	const send = useMutation({
		mutationFn: (reason: string) => answer(api.POST('/api/v1/duties/{id}/excuse', { params: { path: { id: duty }, header: once() }, body: { reason, document: document ?? undefined } })),
		onSuccess: async () => {
			await notify({ tone: 'good', text: t('excuse.done') });
			close();
			await Promise.all(['inspections', 'reminders', 'duties', 'owed'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
		},
	});
	return (
		<WordsForm label={t('excuse.reason')} hint={t('excuse.hint')} send={t('excuse.send')} pending={send.isPending} error={send.error} onSend={(reason) => send.mutate(reason)} onCancel={close}>
			<RecordPicker kind="documents" value={document} onChange={setDocument} label={t('excuse.document')} />
		</WordsForm>
	);
}
