import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answer, api } from '../app/api';
import { useNames, useTexts } from '../app/i18n';
import { formatAge, formatCount, formatDateTime } from '../base/format';
import { Panel } from '../base/Page';
import { useNow } from '../base/small';
import { Loaded } from '../base/States';
import css from './Discipline.module.css';
import { atRisk } from './discipline';
import { NudgeButton } from './NudgeButton';
import { Reliability } from './Reliability';

const hours = 72;
const shown = 10;
/** The server's own measure: a prediction of half or more is the one whose hits it counts. */
const flagged = 500;

/** Who is about to be late, and how often such predictions were right. */
export function Soon() {
	const { t, language } = useTexts('discipline');
	const { name } = useNames();
	const now = useNow();
	const predictions = useQuery({ queryKey: ['predictions', hours], queryFn: () => answer(api.GET('/api/v1/predictions', { params: { query: { hours } } })), staleTime: 5 * 60_000 });
	return (
		<Loaded query={predictions} rows={3}>
			{(data) => {
				const units = atRisk(data.items, flagged);
				const { score } = data;
				return (
					<Panel flush title={units.length > 0 ? t('soon.title', { count: units.length }) : t('soon.none')}>
						<p className={css.said}>
							{score.enough && score.flagged > 0 ? t('soon.score', { hits: formatCount(score.flagged_late, language), count: score.flagged, days: score.days }) : t('soon.unproved')} {t('soon.nudge')}
						</p>
						{score.reliability.length > 0 && <Reliability of={score} />}
						{units.length > 0 && (
							<ul className={css.units}>
								{units.slice(0, shown).map((at) => (
									<li key={at.unit}>
										<div className={css.unit}>
											<strong className={css.name}><Link to={`/units/${encodeURIComponent(at.unit ?? '')}` as never}>{name({ name_vi: at.unit_vi, name_en: at.unit_en })}</Link></strong>
											<span>{t('soon.of', { count: at.items.length, percent: Math.round(at.permille / 10) })}</span>
											<span title={formatDateTime(at.deadline)}>{t('soon.deadline', { when: formatAge(at.deadline, now, language) })}</span>
											<span className={css.links}><NudgeButton due={at.items} name={name({ name_vi: at.unit_vi, name_en: at.unit_en })} /></span>
										</div>
									</li>
								))}
							</ul>
						)}
						{units.length > shown && <p className={css.said}>{t('soon.more', { count: units.length - shown })}</p>}
					</Panel>
				);
			}}
		</Loaded>
	);
}
