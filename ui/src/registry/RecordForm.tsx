import { Button, Group } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { type FormEvent, useMemo, useState } from 'react';
import { ApiProblem } from '../app/api';
import type { RecordDescription, RecordRow } from '../app/contract';
import { useNames, useTexts } from '../app/i18n';
import { ask } from '../base/ask';
import { ErrorSummary, fieldOf, mistakesOf } from '../base/ErrorSummary';
import { Field } from '../base/Field';
import css from './registry.module.css';
import { difference, missingFields, openFields, refusal, type Values } from './records';

/** The form of any kind of record, made from its description. */
export function RecordForm({ description, row, busy, error, onSave, onCancel, initial }: {
	description: RecordDescription; row?: RecordRow; initial?: Values; busy: boolean; error: unknown; onSave: (values: Values) => void; onCancel: () => void;
}) {
	const { t } = useTexts('registry');
	const { label } = useNames();
	const fields = useMemo(() => openFields(description, !row), [description, row]);
	const before = useMemo<Values>(() => row ?? {}, [row]);
	const [values, setValues] = useState<Values>(() => ({ ...initial, ...row }));
	const [own, setOwn] = useState<ApiProblem | null>(null);
	const changed = difference(fields, before, values);
	const dirty = Object.keys(changed).length > 0;
	useBlocker({ shouldBlockFn: async () => dirty && !busy && !(await ask({ title: t('form.leave'), text: t('form.leaveText'), yes: t('form.leaveYes') })), enableBeforeUnload: () => dirty });
	const shown = own ?? error;
	const wrong = new Map(mistakesOf(shown).map((mistake) => [fieldOf(mistake.at), mistake.detail]));
	const labels = Object.fromEntries(fields.map((field) => [field.name, label(field.label)]));
	const save = (event: FormEvent) => {
		event.preventDefault();
		const missing = missingFields(fields, values, () => t('form.missing'));
		setOwn(missing.length > 0 ? refusal(missing, t('form.incomplete', { count: missing.length })) : null);
		if (missing.length === 0) onSave(changed);
	};
	const stale = shown instanceof ApiProblem && shown.status === 412;
	return (
		<form onSubmit={save} noValidate className={css.form}>
			<ErrorSummary error={shown} labels={labels} />
			{stale && <p style={{ margin: 0 }}>{t('form.stale')}</p>}
			<div className={css.fields}>
				{fields.map((field) => (
					<div key={field.name} data-wide={['long', 'json', 'refs', 'list'].includes(field.type) || undefined}>
						<Field field={field} value={values[field.name]} error={wrong.get(field.name)} onChange={(value) => setValues((old) => ({ ...old, [field.name]: value }))} />
					</div>
				))}
			</div>
			<Group justify="flex-end" className={css.formFoot}>
				<Button variant="default" onClick={onCancel}>{t('form.cancel')}</Button>
				<Button type="submit" loading={busy} disabled={!dirty}>{t('form.save')}</Button>
			</Group>
		</form>
	);
}
