import { useNavigate } from '@tanstack/react-router';
import { useQueryClient } from '@tanstack/react-query';
import { Navigate } from '@tanstack/react-router';
import { useContext } from 'react';
import { useTexts } from '../app/i18n';
import { SessionContext, sessionQuery } from '../app/session';
import { useUrl } from '../app/url';
import { Front } from './Front';
import { SignInForm } from './SignInForm';

/** Only addresses of this very page may be returned to. */
export function returnTo(next: string): string {
	return /^\/(?![/\\])/.test(next) ? next : '/';
}

export default function SignIn() {
	const { t } = useTexts('operate');
	const session = useContext(SessionContext);
	const queries = useQueryClient();
	const navigate = useNavigate();
	const url = useUrl();
	const next = returnTo(url.one('next'));
	if (session) return <Navigate to={next as never} replace />;
	const done = async () => {
		queries.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
		await queries.fetchQuery({ ...sessionQuery, staleTime: 0 });
		await navigate({ to: next as never, replace: true });
	};
	return (
		<Front title={t('signIn.title')} lead={t('signIn.lead')}>
			<SignInForm done={done} />
			<p className="dim">{t('signIn.lost')}</p>
		</Front>
	);
}
