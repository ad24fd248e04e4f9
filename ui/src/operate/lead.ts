import type { Session } from '../app/contract';
import { formatDate, formatTime, formatWeekday, type Language, type Named } from '../base/format';

/** Under the title of a home: where, which day, and until when its figures count; without `found` these are not here yet. */
export function leadOf(session: Session, found: { now: string } | undefined, asOf: 'leader.asOf' | 'centre.asOf', t: (key: string, values: { time: string }) => string, language: Language, name: (thing: Named) => string): string {
	const day = `${name(session.centre)} · ${formatWeekday(session.now, language)} ${formatDate(session.now)}`;
	return found ? `${day} · ${t(asOf, { time: formatTime(found.now) })}` : day;
}
