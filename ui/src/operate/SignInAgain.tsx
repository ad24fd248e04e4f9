import { Modal } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useTexts } from '../app/i18n';
import { useSession } from '../app/session';
import { SignInForm } from './SignInForm';

/** The session ended while its person was working: what is on the screen stays as it is. */
export default function SignInAgain({ done }: { done: () => void }) {
	const { t } = useTexts('operate');
	const session = useSession();
	const queries = useQueryClient();
	return (
		<Modal opened onClose={done} title={t('again.title')} closeButtonProps={{ 'aria-label': t('again.close') }} centered>
			<p style={{ marginTop: 0 }}>{t('again.text')}</p>
			<SignInForm login={session.login} done={async () => {
				done();
				await queries.invalidateQueries();
			}} />
		</Modal>
	);
}
