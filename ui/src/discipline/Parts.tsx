/* What the screens of discipline share: the way between them, a form for words, the state of a reminder, a step in words. */
import { Button, Textarea } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTexts } from '../app/i18n';
import { may, useSession } from '../app/session';
import { ErrorSummary } from '../base/ErrorSummary';
import { dayOf } from '../base/format';
import { StatusPill } from '../base/small';
import css from './Discipline.module.css';
import type { ReminderState } from './contract';
import { tones } from './discipline';

/** Operators and leaders: they see drafts, all units, and decide. */
export function useOversees(): boolean {
	const session = useSession();
	return may(session, 'change', 'reminder') || may(session, 'approve', 'reminder');
}

const places = [['/discipline', 'week'], ['/reminders', 'reminders'], ['/ladder', 'ladder'], ['/violations', 'month']] as const;

export function Places({ at }: { at: (typeof places)[number][1] }) {
	const { t } = useTexts('discipline');
	return (
		<nav className={css.places} aria-label={t('places.label')}>
			{places.map(([to, text]) => <Link key={to} to={to as never} aria-current={at === text ? 'page' : undefined}>{t(`places.${text}`)}</Link>)}
		</nav>
	);
}

/** A reminder by its number in the year in which it was issued, by the centre's clock. */
export function ReminderLink({ id, number, issued }: { id: string; number: number; issued: string }) {
	const { t } = useTexts('discipline');
	return <Link to={`/reminders/${id}` as never}>{t('number', { n: number, year: dayOf(issued).slice(0, 4) })}</Link>;
}

export function ReminderStatus({ state }: { state: ReminderState }) {
	const { t } = useTexts('discipline');
	return <StatusPill tone={tones[state]}>{t(`state.${state}`)}</StatusPill>;
}

/** Words that the server asks for: why a unit is left out, an appeal, a decision. */
export function WordsForm({ label, hint, send, pending, error, onSend, onCancel, grave, children }: {
	label: string; hint?: string; send: string; pending: boolean; error: unknown; onSend: (words: string) => void; onCancel?: () => void; grave?: boolean; children?: ReactNode;
}) {
	const { t } = useTexts('discipline');
	const [words, setWords] = useState('');
	return (
		<form className={css.form} onSubmit={(event) => {
			event.preventDefault();
			onSend(words.trim());
		}}>
			<ErrorSummary error={error} />
			{children}
			<Textarea label={label} description={hint} autosize minRows={2} required autoFocus maxLength={600} value={words} onChange={(event) => setWords(event.currentTarget.value)} />
			<div className={css.row}>
				<Button type="submit" color={grave ? 'red' : undefined} loading={pending} disabled={words.trim() === ''}>{send}</Button>
				{onCancel && <Button variant="subtle" onClick={onCancel}>{t('cancel')}</Button>}
			</div>
		</form>
	);
}
