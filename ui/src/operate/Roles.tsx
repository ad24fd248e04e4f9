import { ActionIcon, Button, NativeSelect } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { answer, api } from '../app/api';
import type { Grant, Role } from '../app/contract';
import { useTexts } from '../app/i18n';
import { ErrorSummary } from '../base/ErrorSummary';
import { useAll } from '../base/Field';
import { notify } from '../base/notify';
import { Panel } from '../base/Page';
import { Loaded } from '../base/States';
import { useNames } from '../app/i18n';
import { codeOf, nameOf, UnitPicker } from '../base/UnitPicker';
import css from './operate.module.css';

export const roles: Role[] = ['administrator', 'operator', 'leader', 'reporting_officer', 'approver', 'analyst', 'auditor'];

/** What an account may do, and over which units. */
export function Roles({ account, mayChange }: { account: string; mayChange: boolean }) {
	const { t } = useTexts('operate');
	const [editing, setEditing] = useState(false);
	const held = useQuery({ queryKey: ['accounts', 'roles', account], queryFn: async () => (await answer(api.GET('/api/v1/accounts/{id}/roles', { params: { path: { id: account } } }))).roles });
	return (
		<Panel title={t('roles.title')} actions={mayChange && !editing && held.data && <Button variant="default" onClick={() => setEditing(true)}>{t('roles.change')}</Button>}>
			<Loaded query={held} rows={2}>
				{(grants) => (editing ? <Editor account={account} grants={grants} close={() => setEditing(false)} /> : <Held grants={grants} />)}
			</Loaded>
		</Panel>
	);
}

function Held({ grants }: { grants: Grant[] }) {
	const { t } = useTexts('operate');
	const { name } = useNames();
	const units = useAll(grants.some((grant) => grant.unit) ? 'units' : '');
	if (grants.length === 0) return <p className="dim" style={{ margin: 0 }}>{t('roles.none')}</p>;
	const named = (code: string) => {
		const unit = units.data?.find((row) => codeOf(row) === code);
		return unit ? nameOf(unit, name) : code;
	};
	return (
		<ul className={css.grants}>
			{grants.map((grant) => <li key={`${grant.role}/${grant.unit}`}><strong>{t(`role.${grant.role}`)}</strong> <span className="dim">{grant.unit ? t('roles.over', { unit: named(grant.unit) }) : t('roles.everywhere')}</span></li>)}
		</ul>
	);
}

function Editor({ account, grants, close }: { account: string; grants: Grant[]; close: () => void }) {
	const { t } = useTexts('operate');
	const queries = useQueryClient();
	const [wanted, setWanted] = useState(() => grants.map((grant, key) => ({ role: grant.role, unit: grant.unit, key })));
	const save = useMutation({
		mutationFn: () => answer(api.PUT('/api/v1/accounts/{id}/roles', { params: { path: { id: account } }, body: { roles: wanted.map(({ role, unit }) => ({ role, unit })) } })),
		onSuccess: async () => {
			await queries.invalidateQueries({ queryKey: ['accounts', 'roles', account] });
			void notify({ text: t('roles.saved') });
			close();
		},
	});
	const change = (key: number, to: Partial<Grant>) => setWanted((old) => old.map((grant) => (grant.key === key ? { ...grant, ...to } : grant)));
	return (
		<div className={css.stack}>
			<ErrorSummary error={save.error} />
			{wanted.map((grant) => (
				<div key={grant.key} className={css.grant}>
					<NativeSelect aria-label={t('roles.role')} value={grant.role} onChange={(event) => change(grant.key, { role: event.currentTarget.value as Role })} data={roles.map((role) => ({ value: role, label: t(`role.${role}`) }))} />
					<div className={css.grow}><UnitPicker ariaLabel={t('roles.unit')} placeholder={t('roles.everywhere')} value={grant.unit} onChange={(unit) => change(grant.key, { unit })} /></div>
					<ActionIcon variant="subtle" color="gray" size="input-sm" aria-label={t('roles.remove')} onClick={() => setWanted((old) => old.filter((other) => other.key !== grant.key))}><IconX size="1.125rem" /></ActionIcon>
				</div>
			))}
			<div className={css.row}>
				<Button variant="subtle" leftSection={<IconPlus size="1.125rem" />} onClick={() => setWanted((old) => [...old, { role: 'reporting_officer', unit: null, key: Math.max(0, ...old.map((grant) => grant.key)) + 1 }])}>{t('roles.add')}</Button>
				<span className={css.grow} />
				<Button variant="default" onClick={close}>{t('cancel')}</Button>
				<Button loading={save.isPending} onClick={() => save.mutate()}>{t('save')}</Button>
			</div>
		</div>
	);
}
