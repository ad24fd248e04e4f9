import { Link } from '@tanstack/react-router';
import { State } from '../base/States';
import { useTexts } from './i18n';

export function NotFound() {
	const { t } = useTexts('app');
	return (
		<main>
			<State icon="lost" title={t('notFound.title')} text={t('notFound.text')}>
				<Link to="/">{t('notFound.home')}</Link>
			</State>
		</main>
	);
}
