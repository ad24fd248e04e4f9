import { IconBell } from '@tabler/icons-react';
import type { Nudge } from '../app/contract';
import { useTexts } from '../app/i18n';
import { formatDateTime } from '../base/format';
import css from './Home.module.css';

/** That somebody, or the centre itself, nudged the unit about what is due soon: one calm line. */
export function NudgeLine({ nudges }: { nudges: Nudge[] }) {
	const { t } = useTexts('operate');
	const last = [...nudges].sort((a, b) => a.at.localeCompare(b.at)).at(-1);
	if (!last) return null;
	const first = nudges.map((one) => one.deadline).sort()[0] ?? last.deadline;
	return (
		<p className={css.standing}>
			<span className={css.nudged}><IconBell size="1rem" aria-hidden />{t('nudge.by', { who: last.by_name ?? t('nudge.centre'), time: formatDateTime(last.at), count: nudges.length, at: formatDateTime(first) })}</span>
		</p>
	);
}
