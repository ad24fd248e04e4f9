import { useTexts } from '../app/i18n';
import { Panel } from '../base/Page';
import { lastMorning } from '../base/morning';
import { Age } from '../base/small';
import { ExceptionList } from './ExceptionList';

/** The leader's last summary, read without a network; it says how old it is. */
export default function Morning() {
	const { t } = useTexts('operate');
	const summary = lastMorning();
	if (!summary) return null;
	return (
		<Panel flush title={t('leader.five', { count: summary.items.length })}>
			<p className="dim" role="status" style={{ padding: '0 1.25rem' }}>{t('leader.savedText')} <Age at={summary.now} /></p>
			<ExceptionList items={summary.items} />
		</Panel>
	);
}
