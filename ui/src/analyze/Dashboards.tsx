import { Button, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useNames, useTexts } from '../app/i18n';
import { may, useSession } from '../app/session';
import { ErrorSummary } from '../base/ErrorSummary';
import { Page, Panel } from '../base/Page';
import { Age } from '../base/small';
import { EmptyState, Loaded } from '../base/States';
import { homeUnit, useDashboards, useKeep } from './dashboards';
import css from './Dashboard.module.css';

/** "What do we keep an eye on?" */
export default function Dashboards() {
	const { t } = useTexts('analyze');
	const { name } = useNames();
	const session = useSession();
	const all = useDashboards();
	const [making, setMaking] = useState(false);
	const mine = may(session, 'create', 'dashboard');
	return (
		<Page title={t('boards.title')} lead={t('boards.lead')} actions={mine && !making && <Button leftSection={<IconPlus size="1.125rem" aria-hidden />} onClick={() => setMaking(true)}>{t('boards.new')}</Button>}>
			{making && <Make close={() => setMaking(false)} />}
			<Loaded query={all} isEmpty={(data) => data.length === 0} empty={<EmptyState title={t('boards.none')} text={t('boards.noneText')}><Link to={'/pivot' as never}>{t('boards.explore')}</Link></EmptyState>}>
				{(data) => (
					<ul className={css.list}>
						{data.map((board) => (
							<li key={board.id}>
								<Link to={`/dashboards/${board.code}` as never}>
									<strong>{name(board)}</strong>
									<span className="dim">{t('boards.tiles', { count: board.tiles.length })} · {t(`openness.${board.openness}`)}{board.changed && <> · <Age at={board.changed} /></>}</span>
								</Link>
							</li>
						))}
					</ul>
				)}
			</Loaded>
		</Page>
	);
}

function Make({ close }: { close: () => void }) {
	const { t } = useTexts('analyze');
	const session = useSession();
	const navigate = useNavigate();
	const { create } = useKeep();
	const [called, setCalled] = useState('');
	const submit = async (event: FormEvent) => {
		event.preventDefault();
		const made = await create.mutateAsync({ name_vi: called.trim(), unit: homeUnit(session), tiles: [] }).catch(() => null);
		if (made) void navigate({ to: `/dashboards/${made.code}?edit=1` as never });
	};
	return (
		<Panel>
			<form onSubmit={(event) => void submit(event)} style={{ display: 'flex', flexWrap: 'wrap', gap: '0.75rem', alignItems: 'end' }}>
				<ErrorSummary error={create.error} />
				<TextInput autoFocus required maxLength={200} label={t('keep.name')} value={called} onChange={(event) => setCalled(event.currentTarget.value)} style={{ flex: '1 1 18rem' }} />
				<Button type="submit" loading={create.isPending}>{t('boards.make')}</Button>
				<Button variant="default" onClick={close}>{t('boards.cancel')}</Button>
			</form>
		</Panel>
	);
}
