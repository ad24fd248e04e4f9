import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { act, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { expect, it } from 'vitest';
import { DataTable } from './DataTable';

let give: (ids: string[]) => void;
function Rows() {
	const [rows, setRows] = useState(['a', 'b', 'c']);
	give = setRows;
	return <DataTable label="rows" columns={[{ id: 'id', header: 'id', main: true, cell: (row: string) => row }]} rows={rows} rowId={(row) => row} to={(row) => `/${row}`} />;
}
const order = () => screen.getAllByRole('link').map((link) => link.textContent).join('');

it('keeps its order while a row has the focus, new ones at the end; sorts when the focus has left, or its row is gone', async () => {
	const router = createRouter({ routeTree: createRootRoute({ component: Rows }), history: createMemoryHistory() });
	await act(async () => {
		render(<RouterProvider router={router as never} />);
		await router.load();
	});
	act(() => give(['c', 'b', 'a']));
	expect(order()).toBe('cba');
	act(() => screen.getByRole('link', { name: 'b' }).focus());
	act(() => give(['b', 'd', 'a', 'c']));
	expect(order()).toBe('cbad');
	expect(document.activeElement?.textContent).toBe('b');
	act(() => screen.getByRole('link', { name: 'a' }).focus());
	act(() => give(['d', 'a', 'b']));
	expect(order()).toBe('bad');
	act(() => give(['d', 'b']));
	expect(order()).toBe('db');
	act(() => screen.getByRole('link', { name: 'b' }).focus());
	act(() => give(['b', 'd']));
	expect(order()).toBe('db');
	act(() => screen.getByRole('link', { name: 'b' }).blur());
	expect(order()).toBe('bd');
});
