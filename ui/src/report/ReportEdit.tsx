import { Button, Checkbox, Group, MultiSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useBlocker, useNavigate, useParams } from '@tanstack/react-router';
import { type FormEvent, useRef, useState } from 'react';
import { type ApiProblem, once } from '../app/api';
import type { FieldDescription, RecordDescription } from '../app/contract';
import { useNames, useTexts } from '../app/i18n';
import { may, useSession } from '../app/session';
import { ask } from '../base/ask';
import { ErrorSummary, fieldOf, mistakesOf } from '../base/ErrorSummary';
import { Field } from '../base/Field';
import { notify } from '../base/notify';
import { Page, Panel } from '../base/Page';
import { Forbidden, Loaded } from '../base/States';
import { descriptionQuery, difference, missingFields, openFields, recordQuery, refusal, useRecordChanges, type Values } from '../registry/records';
import { ContentEditor } from './ContentEditor';
import type { Content, Report, Template } from './contract';
import { PreviewPanel } from './PreviewPanel';
import css from './report.module.css';
import { newSection, tidy } from './sections';
import { Templates } from './Templates';

const empty: Values = { language: 'vi', period: 'monthly', automatic: false, days_after: 6, at_time: '07:00', formats: ['pdf', 'html'], keep_editions: 24, content: { sections: [newSection('text')] } };

/** A new report: first a template or an empty page, then the form. */
export default function ReportEdit() {
	const { t } = useTexts('report');
	const session = useSession();
	const { code } = useParams({ strict: false }) as { code?: string };
	const [begun, setBegun] = useState<Values | null>(null);
	const description = useQuery(descriptionQuery('reports'));
	const row = useQuery({ ...recordQuery('reports', code ?? ''), enabled: Boolean(code), select: (found) => found as Report });
	if (!may(session, code ? 'change' : 'create', 'report')) return <Forbidden />;
	const begin = (template: Template | null) => {
		if (!template) return setBegun(empty);
		const { template: id, for: _for, about_vi: _vi, about_en: _en, ...fields } = template;
		setBegun({ ...fields, code: id });
	};
	if (!code && !begun)
		return (
			<Page title={t('edit.newTitle')} lead={t('edit.newLead')} crumbs={[{ text: t('list.title'), to: '/reports' }]}>
				<Templates onChoose={begin} />
			</Page>
		);
	return (
		<Loaded query={description}>
			{(what) => (code ? <Loaded query={row}>{(found) => <Form what={what} row={found} initial={found} />}</Loaded> : <Form what={what} initial={begun ?? empty} />)}
		</Loaded>
	);
}

function Form({ what, row, initial }: { what: RecordDescription; row?: Report; initial: Values }) {
	const { t } = useTexts('report');
	const { label, name } = useNames();
	const navigate = useNavigate();
	const fields = openFields(what, !row);
	const [values, setValues] = useState<Values>(initial);
	const [own, setOwn] = useState<ApiProblem | null>(null);
	const { create, change } = useRecordChanges('reports');
	const key = useRef(once());
	const content = values.content as Content;
	const sent: Values = { ...values, content: tidy(content) };
	const changed = difference(fields, row ?? {}, sent);
	const dirty = Object.keys(changed).length > 0;
	const busy = create.isPending || change.isPending;
	useBlocker({ shouldBlockFn: async () => dirty && !busy && !(await ask({ title: t('edit.leave'), text: t('edit.leaveText'), yes: t('edit.leaveYes') })), enableBeforeUnload: () => dirty });
	const error = own ?? create.error ?? change.error;
	const wrong = new Map(mistakesOf(error).map((mistake) => [fieldOf(mistake.at), mistake.detail]));
	const set = (member: string, value: unknown) => setValues((old) => ({ ...old, [member]: value }));
	const done = (code: unknown) => {
		void notify({ text: t('edit.saved') });
		void navigate({ to: `/reports/${encodeURIComponent(String(code))}` as never, ignoreBlocker: true });
	};
	const save = (event: FormEvent) => {
		event.preventDefault();
		const missing = missingFields(fields, sent, () => t('edit.missing'));
		setOwn(missing.length > 0 ? refusal(missing, t('edit.incomplete', { count: missing.length })) : null);
		if (missing.length > 0) return;
		if (row) change.mutate({ row, values: changed }, { onSuccess: (saved) => done(saved.code) });
		// A refusal is an answer: what is sent after mending it is another wish.
		else create.mutate({ values: changed, key: key.current }, { onSuccess: (saved) => done(saved.code), onError: () => { key.current = once(); } });
	};
	return (
		<Page title={row ? t('edit.title', { name: name(row) }) : t('edit.newTitle')} crumbs={[{ text: t('list.title'), to: '/reports' }, ...(row ? [{ text: name(row), to: `/reports/${encodeURIComponent(row.code)}` }] : [])]}>
			<div className={css.split}>
				<form onSubmit={save} noValidate className={css.form}>
					<ErrorSummary error={error} labels={Object.fromEntries(fields.map((field) => [field.name, label(field.label)]))} />
					<Panel title={t('edit.about')}>
						<div className={css.fields}>
							{fields.filter((field) => field.name !== 'content').map((field) => (
								<div key={field.name}><ReportField field={field} value={values[field.name]} error={wrong.get(field.name)} onChange={(value) => set(field.name, value)} /></div>
							))}
						</div>
					</Panel>
					<ContentEditor content={content} onChange={(next) => set('content', next)} />
					<Group justify="flex-end">
						<Button variant="default" onClick={() => void navigate({ to: (row ? `/reports/${encodeURIComponent(row.code)}` : '/reports') as never })}>{t('edit.cancel')}</Button>
						<Button type="submit" loading={busy} disabled={!dirty}>{t('edit.save')}</Button>
					</Group>
				</form>
				<PreviewPanel values={sent} />
			</div>
		</Page>
	);
}

const formats = ['pdf', 'html', 'xlsx'];
const roles = ['administrator', 'operator', 'leader', 'reporting_officer', 'approver', 'analyst', 'auditor'];

/** Lists whose items are known are chosen, not typed. */
function ReportField(props: { field: FieldDescription; value: unknown; error?: string; onChange: (value: unknown) => void }) {
	const { t } = useTexts('report');
	const { label } = useNames();
	const { field, value, error, onChange } = props;
	const chosen = Array.isArray(value) ? value.map(String) : [];
	if (field.name === 'formats')
		return (
			<Checkbox.Group id="field-formats" label={label(field.label)} value={chosen} onChange={onChange} error={error} required>
				<Group mt="xs">{formats.map((format) => <Checkbox key={format} value={format} label={format.toUpperCase()} />)}</Group>
			</Checkbox.Group>
		);
	if (field.name === 'to_roles')
		return <MultiSelect id="field-to_roles" label={label(field.label)} data={roles.map((role) => ({ value: role, label: t(`role.${role}`) }))} value={chosen} onChange={onChange} error={error} />;
	return <Field {...props} />;
}
