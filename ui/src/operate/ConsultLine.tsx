import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answer, api } from '../app/api';
import { useNames, useTexts } from '../app/i18n';
import { may, unitsOf, useSession } from '../app/session';
import { Panel } from '../base/Page';
import css from './Home.module.css';

/** Sets of criteria on which this person's unit was asked and has not spoken; nothing when there are none. */
export function ConsultLine() {
	const { t } = useTexts('operate');
	const { name } = useNames();
	const session = useSession();
	const own = unitsOf(session).map((unit) => unit.code);
	const sets = useQuery({ queryKey: ['consultations'], queryFn: async () => (await answer(api.GET('/api/v1/consultations'))).items, enabled: own.length > 0 && may(session, 'create', 'criteria_comment') });
	const waiting = (sets.data ?? []).filter((set) => set.opinions.some((one) => one.yours && one.asked && one.standing !== 'given' && own.includes(one.unit)));
	if (waiting.length === 0) return null;
	return (
		<Panel flush title={t('consult.title', { count: waiting.length })}>
			<ul className={css.items}>
				{waiting.map((set) => {
					const to = `/indices/${encodeURIComponent(set.index)}?version=${encodeURIComponent(set.edition)}`;
					return (
						<li key={set.code} className={css.line}>
							<Link to={to as never} className={css.what}>{name(set)}</Link>
							<Link to={to as never}>{t('consult.answer')}</Link>
						</li>
					);
				})}
			</ul>
		</Panel>
	);
}
