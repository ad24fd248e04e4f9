import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answer, api } from '../app/api';
import { useNames, useTexts } from '../app/i18n';
import { may, useSession } from '../app/session';
import { Panel } from '../base/Page';
import css from './Home.module.css';

/** How often the unit was reminded this year, calmly; and the reminders it has yet to acknowledge, which are owed too. */
export function StandingLine({ unit }: { unit: string }) {
	const { t } = useTexts('operate');
	const { name } = useNames();
	const known = may(useSession(), 'read', 'reminder');
	const standing = useQuery({ queryKey: ['standing', unit], queryFn: () => answer(api.GET('/api/v1/standing', { params: { query: { unit } } })), enabled: known });
	const of = standing.data;
	// What is owed stands below whatever becomes of this line.
	if (!of) return null;
	const waiting = of.reminders.filter((one) => one.state === 'issued');
	const text = of.count === 0 ? t('standing.clean', { year: of.year }) : of.next ? t('standing.count', { n: of.count, of: of.next.reminders, year: of.year }) : t('standing.last', { n: of.count, year: of.year });
	return (
		<>
			<p className={css.standing}>
				<Link to={`/ladder?unit=${encodeURIComponent(unit)}` as never}>{text} ▸</Link>
				{of.count > 0 && of.next && <span className="dim">{t('standing.next', { count: of.until_next, step: name(of.next) })}</span>}
			</p>
			{waiting.length > 0 && (
				<Panel flush title={t('standing.owed', { count: waiting.length })}>
					<ul className={css.items}>
						{waiting.map((one) => (
							<li key={one.id} className={css.line}>
								<Link to={`/reminders/${one.id}` as never} className={css.what}>{t('standing.number', { n: one.number, year: of.year })}</Link>
								<span className="dim">{t('standing.figures', { count: one.late })}</span>
								<Link to={`/reminders/${one.id}` as never}>{t('standing.acknowledge')}</Link>
							</li>
						))}
					</ul>
				</Panel>
			)}
		</>
	);
}
