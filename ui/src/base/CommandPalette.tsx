import { Combobox, Modal, TextInput, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { answer, api } from '../app/api';
import { useNames, useTexts } from '../app/i18n';
import { mayOpen, screens } from '../app/screens';
import { useSession } from '../app/session';
import css from './CommandPalette.module.css';
import { fold } from './format';
import { SearchNumber } from './SearchNumber';

/** Ctrl+K: go anywhere and find anything, accents or not. */
export default function CommandPalette({ close }: { close: () => void }) {
	const { t } = useTexts('app');
	const { name } = useNames();
	const session = useSession();
	const navigate = useNavigate();
	const box = useCombobox({ opened: true });
	const [typed, setTyped] = useState('');
	const [q] = useDebouncedValue(typed.trim(), 120);
	const found = useQuery({
		queryKey: ['search', q],
		queryFn: () => answer(api.GET('/api/v1/search', { params: { query: { q } } })),
		enabled: q.length > 1,
		placeholderData: keepPreviousData,
	});
	const wanted = fold(typed.trim());
	const go = screens.filter((screen) => screen.nav && mayOpen(screen, session) && fold(t(screen.nav.text)).includes(wanted));
	const hits = q.length > 1 ? (found.data?.items ?? []) : [];
	const number = q.length > 1 ? found.data?.answer : null;
	const first = number?.url ?? hits[0]?.url ?? go[0]?.path;
	useEffect(() => {
		if (first) box.selectFirstOption();
	}, [first]);
	return (
		<Modal opened onClose={close} withCloseButton={false} padding={0} size="lg" yOffset="12vh" aria-label={t('shell.search')}>
			<Combobox store={box} withinPortal={false} onOptionSubmit={(to) => {
				close();
				void navigate({ to: to as never });
			}}>
				<Combobox.EventsTarget>
					<TextInput
						data-autofocus
						variant="unstyled" size="lg" px="md"
						leftSection={<IconSearch size="1.25rem" aria-hidden />}
						aria-label={t('shell.search')}
						placeholder={t('palette.placeholder')}
						value={typed}
						onChange={(event) => setTyped(event.currentTarget.value)}
					/>
				</Combobox.EventsTarget>
				<div style={{ borderTop: '1px solid var(--line)', padding: '0.5rem' }}>
					<Combobox.Options mah="50vh" style={{ overflowY: 'auto' }} tabIndex={0} aria-label={t('palette.found')}>
						{number && <Combobox.Option value={number.url} className={css.number}><SearchNumber number={number} /></Combobox.Option>}
						{hits.length > 0 && (
							<Combobox.Group label={t('palette.found')}>
								{hits.map((hit) => (
									<Combobox.Option key={`${hit.kind}/${hit.code}`} value={hit.url}>
										{name(hit)} <span className="dim">{t(`kind.${hit.kind}`, { defaultValue: hit.kind })} · {hit.code}</span>
									</Combobox.Option>
								))}
							</Combobox.Group>
						)}
						{go.length > 0 && (
							<Combobox.Group label={t('palette.go')}>
								{go.map((screen) => <Combobox.Option key={screen.path} value={screen.path}>{screen.nav && t(screen.nav.text)}</Combobox.Option>)}
							</Combobox.Group>
						)}
					</Combobox.Options>
					{/* A list box holds nothing but options. */}
					<div role="status" className={css.said}>
						{found.isError ? t('palette.failed') : go.length + hits.length === 0 && !number && t(found.isFetching ? 'palette.searching' : 'palette.none')}
					</div>
				</div>
			</Combobox>
		</Modal>
	);
}
