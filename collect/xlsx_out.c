#include "collect/xlsx_out.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

struct lxw_workbook *xlsx_out_open(int *ret_fd)
{
	int fd = memfd_create("xlsx", MFD_CLOEXEC);
	if (fd < 0)
		return NULL;
	char path[40];
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	lxw_workbook *w = workbook_new(path);
	if (!w) {
		close(fd);
		return NULL;
	}
	*ret_fd = fd;
	return w;
}

static enum err append_file(int fd, struct buf *out, struct why *why)
{
	if (lseek(fd, 0, SEEK_SET) != 0)
		return fail(why, ERR_FULL, "the spreadsheet cannot be read back");
	for (;;) {
		char *room = buf_room(out, 65536);
		if (!room)
			return buf_end(out, why);
		ssize_t n = read(fd, room, 65536);
		if (n == 0)
			return OK;
		if (n > 0)
			buf_grew(out, (size_t)n);
		else if (errno != EINTR)
			return fail(why, ERR_FULL, "the spreadsheet cannot be read back");
	}
}

enum err xlsx_out_close(struct lxw_workbook *w, int fd, struct buf *out, struct why *why)
{
	lxw_error e = workbook_close(w);
	enum err rc = e == LXW_NO_ERROR
			      ? append_file(fd, out, why)
			      : fail(why, ERR_FULL, "the spreadsheet cannot be written: %s",
				     lxw_strerror(e));
	close(fd);
	return rc;
}

struct lxw_format *xlsx_out_format(struct lxw_workbook *w, enum xlsx_look look, uint32_t colour)
{
	lxw_format *f = workbook_add_format(w);
	format_set_font_name(f, "Times New Roman");
	format_set_font_size(f, look == XLSX_TITLE ? 14 : 12);
	if (look == XLSX_BOLD || look == XLSX_HEAD || look == XLSX_TITLE)
		format_set_bold(f);
	if (look == XLSX_HEAD || look == XLSX_INPUT)
		format_set_border(f, LXW_BORDER_THIN);
	if (look == XLSX_HEAD) {
		format_set_text_wrap(f);
		format_set_align(f, LXW_ALIGN_CENTER);
		format_set_align(f, LXW_ALIGN_VERTICAL_CENTER);
	}
	if (look == XLSX_INPUT)
		format_set_unlocked(f);
	if (colour)
		format_set_bg_color(f, colour);
	return f;
}
