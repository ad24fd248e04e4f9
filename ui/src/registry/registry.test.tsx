import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { act, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { ApiProblem } from '../app/api';
import type { Figure, RecordDescription, RecordRow, UnitThen } from '../app/contract';
import { newQueryClient } from '../app/query';
import { RecordForm } from './RecordForm';
import { differencesOf } from './RecordPage';
import { difference, exportUrl, missingFields, openFields } from './records';
import { ancestors, latestOf } from './UnitPage';
import { standing, under } from './UnitsUnder';
import { treeOf } from './UnitTree';

const description: RecordDescription = {
	kind: 'target', path: 'targets', label: { vi: 'Mục tiêu', en: 'Target' }, plural: { vi: 'Mục tiêu', en: 'Targets' }, sort: 'code', unit_field: null,
	fields: [
		{ name: 'code', type: 'code', label: { vi: 'Mã', en: 'Code' }, required: true, fixed: true },
		{ name: 'name_vi', type: 'text', label: { vi: 'Tên', en: 'Name' }, required: true },
		{ name: 'value', type: 'decimal', label: { vi: 'Giá trị', en: 'Value' } },
		{ name: 'year', type: 'int', label: { vi: 'Năm', en: 'Year' } },
		{ name: 'open', type: 'bool', label: { vi: 'Công khai', en: 'Open' } },
		{ name: 'hash', type: 'text', label: { vi: 'Băm', en: 'Hash' }, ours: true },
	],
};
const row: RecordRow = { id: '0000000000001', version: 3, code: 'T1', name_vi: 'Cũ', value: '94.10', year: 2026, open: false };

async function show(node: React.ReactNode) {
	const root = createRootRoute({ component: () => node });
	const router = createRouter({ routeTree: root, history: createMemoryHistory() });
	await act(async () => {
		render(<MantineProvider env="test"><QueryClientProvider client={newQueryClient()}><RouterProvider router={router as never} /></QueryClientProvider></MantineProvider>);
		await router.load();
	});
}

it('asks for what may be given: all on creation, later nothing fixed, never what the centre sets', () => {
	expect(openFields(description, true).map((field) => field.name)).toEqual(['code', 'name_vi', 'value', 'year', 'open']);
	expect(openFields(description, false).map((field) => field.name)).toEqual(['name_vi', 'value', 'year', 'open']);
});

it('sends only what differs, as the API writes it', () => {
	const fields = openFields(description, false);
	expect(difference(fields, row, { ...row })).toEqual({});
	expect(difference(fields, row, { ...row, value: '1.234,50', year: '2.027', name_vi: ' Mới ' })).toEqual({ value: '1234.50', year: 2027, name_vi: 'Mới' });
	expect(difference(fields, row, { ...row, value: '' })).toEqual({ value: null });
	expect(missingFields(fields, { ...row, name_vi: '  ' }, () => 'x').map((missing) => missing.at)).toEqual(['name_vi']);
});

it('saves a change from the form, and marks it as nothing to save before', async () => {
	const onSave = vi.fn();
	await show(<RecordForm description={description} row={row} busy={false} error={null} onSave={onSave} onCancel={() => {}} />);
	const save = screen.getByRole<HTMLButtonElement>('button', { name: 'Lưu' });
	expect(save.disabled).toBe(true);
	expect(screen.queryByLabelText(/Mã/)).toBeNull();
	fireEvent.change(screen.getByLabelText(/Giá trị/), { target: { value: '95,2' } });
	expect(screen.getByText('Hiểu là 95,2')).toBeTruthy();
	fireEvent.click(screen.getByLabelText(/Công khai/));
	fireEvent.click(save);
	expect(onSave).toHaveBeenCalledWith({ value: '95.2', open: true });
});

it('does not ask the server about an empty required field, and takes the reader to what is wrong', async () => {
	const onSave = vi.fn();
	await show(<RecordForm description={description} row={row} busy={false} error={null} onSave={onSave} onCancel={() => {}} />);
	fireEvent.change(screen.getByLabelText(/Tên/), { target: { value: '' } });
	fireEvent.click(screen.getByRole('button', { name: 'Lưu' }));
	expect(onSave).not.toHaveBeenCalled();
	const summary = screen.getByRole('alert');
	await waitFor(() => expect(document.activeElement).toBe(summary));
	expect(summary.querySelector('a')?.getAttribute('href')).toBe('#field-name_vi');
});

it('shows the server’s problems at their fields', async () => {
	const error = new ApiProblem({ type: '/problems/invalid', title: 'Không hợp lệ', status: 400, errors: [{ at: '/year', detail: 'year is at most 2100' }] }, null);
	await show(<RecordForm description={description} row={row} busy={false} error={error} onSave={() => {}} onCancel={() => {}} />);
	expect(screen.getByLabelText(/Năm/).getAttribute('aria-invalid')).toBe('true');
	expect(screen.getAllByText(/year is at most 2100/).length).toBe(2);
});

it('exports what the list shows', () => {
	expect(exportUrl('units', 'csv', { q: 'nha trang', kind: 'ward', sort: undefined })).toBe('/api/v1/units.csv?q=nha+trang&kind=ward');
	expect(exportUrl('units', 'xlsx', {})).toBe('/api/v1/units.xlsx');
});

it('reads what a journal entry tells', () => {
	expect(differencesOf({ code: 'T1', before: { year: 2025 }, after: { year: 2026, open: true } })).toEqual([['year', 2025, 2026], ['open', undefined, true]]);
	expect(differencesOf(undefined)).toEqual([]);
});

const unit = (code: string, parent: string | null): UnitThen => ({ id: code, code, kind: 'commune', name_vi: code, name_en: code, short_vi: null, parent, population: null });

it('makes a tree; nobody is lost when a parent is missing', () => {
	const [province, lost] = treeOf([unit('a1', 'a'), unit('a', null), unit('a2', 'a'), unit('x', 'gone')]);
	expect(province?.row.code).toBe('a');
	expect(province?.children.map((node) => node.row.code)).toEqual(['a1', 'a2']);
	expect(lost?.row.code).toBe('x');
});

it('names the units above, and ends on a circle', () => {
	const rows = [['p', null], ['d', 'p'], ['c', 'd'], ['o', 'i'], ['i', 'o']].map(([code, parent]) => ({ id: code ?? '', version: 1, code, parent })) as RecordRow[];
	expect(ancestors(rows[2] as RecordRow, rows).map((above) => above.code)).toEqual(['p', 'd']);
	expect(ancestors(rows[3] as RecordRow, rows).map((above) => above.code)).toEqual(['i']);
});

it('shows the newest undivided figure of each indicator', () => {
	const figure = (indicator: string, period: string, breakdown = '') => ({ id: `${indicator}${period}${breakdown}`, indicator, period, breakdown }) as Figure;
	const lines = latestOf([figure('A', '2026-10'), figure('A', '2026-09'), figure('A', '2026-11', 'sex=female'), figure('B', '2026-Q3')]);
	expect(lines.map((line) => [line.indicator, line.figure.period, line.history.length])).toEqual([['A', '2026-10', 2], ['B', '2026-Q3', 1]]);
});

it('finds the units under one at any depth, and survives a circle', () => {
	const unit = (code: string, parent?: string): RecordRow => ({ id: code, version: 1, code, parent });
	const all = [unit('56'), unit('SYT', '56'), unit('CDC', 'SYT'), unit('HN'), unit('A', 'B'), unit('B', 'A')];
	expect([...under('56', all)].sort()).toEqual(['CDC', 'SYT']);
	expect([...under('A', all)]).toEqual(['B']);
	expect([...under('CDC', all)]).toEqual([]);
});

it('shows silent units first, then who owes most, then the rest by name', () => {
	const tally = (unit: string, late: number, silent = false) => ({ unit, name_vi: unit, name_en: unit, kind: 'commune', due: 0, late, met: 0, met_late: 0, excused: 0, last: null, oldest: null, silent });
	expect(standing([tally('Ê', 0), tally('Đ', 0), tally('một', 1), tally('chín', 9), tally('im', 2, true)]).map((unit) => unit.unit)).toEqual(['im', 'chín', 'một', 'Đ', 'Ê']);
});
