import { Button, Modal, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { IconArrowBackUp, IconEdit, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { JournalEntry, RecordDescription, RecordRow } from '../app/contract';
import { useNames, useTexts } from '../app/i18n';
import { may, useSession } from '../app/session';
import { useUrl } from '../app/url';
import { ErrorSummary } from '../base/ErrorSummary';
import { FieldValue } from '../base/Field';
import { formatDateTime } from '../base/format';
import { notify } from '../base/notify';
import { Page, Panel } from '../base/Page';
import { Age, Facts } from '../base/small';
import { EmptyState, Loaded } from '../base/States';
import { codeOf, nameOf } from '../base/UnitPicker';
import { RecordForm } from './RecordForm';
import { descriptionQuery, historyQuery, recordQuery, useRecordChanges, useReferred } from './records';
import css from './registry.module.css';

/** One record: what it says, who changed it and when, changing it, taking it away and back. */
export default function RecordPage() {
	const { kind = '', id = '' } = useParams({ strict: false }) as { kind?: string; id?: string };
	const description = useQuery(descriptionQuery(kind));
	const row = useQuery(recordQuery(kind, id));
	return (
		<Loaded query={description}>
			{(what) => <Loaded query={row}>{(data) => <One key={data.id} kind={kind} description={what} row={data} />}</Loaded>}
		</Loaded>
	);
}

function One({ kind, description, row }: { kind: string; description: RecordDescription; row: RecordRow }) {
	const { t } = useTexts('registry');
	const { label, name } = useNames();
	const session = useSession();
	const url = useUrl();
	const [asking, setAsking] = useState(false);
	const { change, restore } = useRecordChanges(kind);
	const [base] = useState(row);
	const editing = url.one('edit') === '1';
	const edit = (on: boolean) => void url.set({ edit: on ? '1' : undefined });
	const title = nameOf(row, name);
	const mayChange = may(session, 'change', description.kind) && !row.removed;
	return (
		<Page
			title={title}
			lead={<><span className="mono">{codeOf(row)}</span>{row.changed && <> · {t('one.changed')} <Age at={row.changed} /></>}</>}
			crumbs={[{ text: t('kinds.title'), to: '/registry' }, { text: label(description.plural), to: `/registry/${kind}` }]}
			actions={!editing && (
				<>
					{row.removed && may(session, 'remove', description.kind) && (
						<Button variant="default" loading={restore.isPending} leftSection={<IconArrowBackUp size="1.125rem" />} onClick={() => restore.mutate(row, { onSuccess: () => void notify({ text: t('one.restored') }) })}>{t('one.restore')}</Button>
					)}
					{!row.removed && may(session, 'remove', description.kind) && <Button variant="default" leftSection={<IconTrash size="1.125rem" />} onClick={() => setAsking(true)}>{t('one.remove')}</Button>}
					{mayChange && <Button leftSection={<IconEdit size="1.125rem" />} onClick={() => edit(true)}>{t('one.edit')}</Button>}
				</>
			)}
		>
			{row.removed && <p className={css.removed} role="status">{t('one.isRemoved')} <Age at={row.removed} /></p>}
			<ErrorSummary error={restore.error} />
			{editing && mayChange ? (
				<Panel>
					<RecordForm
						description={description} row={base} busy={change.isPending} error={change.error} onCancel={() => edit(false)}
						onSave={(values) => change.mutate({ row: base, values }, { onSuccess: () => {
							void notify({ text: t('one.saved') });
							edit(false);
						} })}
					/>
				</Panel>
			) : <Shown kind={kind} description={description} row={row} />}
			{asking && <Remove kind={kind} row={row} title={title} close={() => setAsking(false)} />}
		</Page>
	);
}

function Shown({ kind, description, row }: { kind: string; description: RecordDescription; row: RecordRow }) {
	const { t } = useTexts('registry');
	const { label } = useNames();
	const url = useUrl();
	const referred = useReferred(description.fields);
	const items = description.fields.map((field): [React.ReactNode, React.ReactNode] => [label(field.label), <FieldValue key={field.name} field={field} value={row[field.name]} names={field.ref && referred.get(field.ref.path)} />]);
	return (
		<Tabs value={url.one('tab') || 'facts'} onChange={(tab) => void url.set({ tab: tab === 'facts' ? undefined : (tab ?? undefined) })} keepMounted={false}>
			<Tabs.List mb="md">
				<Tabs.Tab value="facts">{t('one.facts')}</Tabs.Tab>
				<Tabs.Tab value="history">{t('one.history')}</Tabs.Tab>
			</Tabs.List>
			<Tabs.Panel value="facts"><Panel><Facts items={items} /></Panel></Tabs.Panel>
			<Tabs.Panel value="history"><Panel flush><History kind={kind} id={row.id} description={description} /></Panel></Tabs.Panel>
		</Tabs>
	);
}

function Remove({ kind, row, title, close }: { kind: string; row: RecordRow; title: string; close: () => void }) {
	const { t } = useTexts('registry');
	const navigate = useNavigate();
	const { remove } = useRecordChanges(kind);
	return (
		<Modal opened onClose={close} title={t('one.removeTitle', { name: title })} closeButtonProps={{ 'aria-label': t('form.cancel') }} centered>
			<p style={{ marginTop: 0 }}>{t('one.removeText')}</p>
			<ErrorSummary error={remove.error} />
			<div className={css.dialogFoot}>
				<Button variant="default" onClick={close}>{t('form.cancel')}</Button>
				<Button color="red" loading={remove.isPending} onClick={() => remove.mutate(row, { onSuccess: () => {
					void notify({ text: t('one.removed', { name: title }) });
					close();
					void navigate({ to: `/registry/${kind}` as never });
				} })}>{t('one.remove')}</Button>
			</div>
		</Modal>
	);
}

function History({ kind, id, description }: { kind: string; id: string; description: RecordDescription }) {
	const { t } = useTexts('registry');
	const history = useQuery(historyQuery(kind, id));
	return (
		<Loaded query={history} isEmpty={(data) => data.items.length === 0} empty={<EmptyState title={t('one.noHistory')} />}>
			{(data) => (
				<ol className={css.history}>
					{data.items.map((entry) => (
						<li key={`${entry.server}/${entry.seq}`}>
							<div className={css.historyHead}>
								<strong>{t(`event.${entry.kind.split('.')[1] ?? ''}`, { defaultValue: entry.kind })}</strong>
								<time dateTime={entry.at}>{formatDateTime(entry.at, true)}</time>
								<span className="dim">{t('one.entry', { server: entry.server, seq: entry.seq })}</span>
							</div>
							<Differences entry={entry} description={description} />
						</li>
					))}
				</ol>
			)}
		</Loaded>
	);
}

/** [field, before, after] of what a journal entry tells; a creation has only the after. */
export function differencesOf(data: Record<string, unknown> | null | undefined): [string, unknown, unknown][] {
	const side = (name: string) => (data?.[name] ?? {}) as Record<string, unknown>;
	const before = side('before');
	const after = side('after');
	return [...new Set([...Object.keys(before), ...Object.keys(after)])].map((name) => [name, before[name], after[name]]);
}

function Differences({ entry, description }: { entry: JournalEntry; description: RecordDescription }) {
	const { label } = useNames();
	const fields = new Map(description.fields.map((field) => [field.name, field]));
	const changed = differencesOf(entry.data).filter(([name]) => fields.has(name));
	if (changed.length === 0) return null;
	return (
		<dl className={css.differences}>
			{changed.map(([name, before, after]) => {
				const field = fields.get(name);
				return field && (
					<div key={name}>
						<dt>{label(field.label)}</dt>
						<dd>{before !== undefined && <><del><FieldValue field={field} value={before} /></del> → </>}<ins><FieldValue field={field} value={after} /></ins></dd>
					</div>
				);
			})}
		</dl>
	);
}
