import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../app/api';
import { useTexts } from '../app/i18n';
import { may, useSession } from '../app/session';
import { addDays, dayOf, formatDateTime } from '../base/format';
import css from './Discipline.module.css';
import { NudgeButton } from './NudgeButton';

const days = 3;

/** What is due within days of one indicator or one unit, and the way to nudge about it; nothing when nothing is. */
export default function DueSoon({ unit, indicator, name }: { unit?: string; indicator?: string; name: string }) {
	const { t } = useTexts('discipline');
	const session = useSession();
	const query = { state: 'due', unit, indicator, to: addDays(dayOf(session.now), days), limit: 500 };
	const due = useQuery({ queryKey: ['duties', query], queryFn: () => answer(api.GET('/api/v1/duties', { params: { query } })), enabled: may(session, 'create', 'nudge') });
	// A convenience beside the screen's own question: it is not missed when it does not come.
	const first = due.data?.items[0];
	if (!due.data || !first) return null;
	const units = new Set(due.data.items.map((one) => one.unit)).size;
	const duties = due.data.items.map((one) => ({ duty: one.id, unit: one.unit, nudged: one.nudged }));
	return (
		<div className={css.row}>
			<span>{t('due.soon', { count: due.data.counts.due })}{units > 1 && ` ${t('due.units', { count: units })}`}<span className="dim">{t('due.first', { at: formatDateTime(first.deadline) })}</span></span>
			<NudgeButton due={duties} name={name} />
		</div>
	);
}
