/* dashboard_api.c - a whole dashboard as a file. */
#include "analyze/analyze.h"
#include "analyze/dashboard_paper.h"
#include "paper/xlsx.h"

#define PDF_COLUMNS 9 /* that a page can hold upright and legible */

struct format {
	const char *type, *ending;
	size_t columns;
	enum err (*write)(const struct paper *p, struct buf *out, struct why *why);
};

static enum err answer(struct request *req, const struct format *f, struct why *why)
{
	struct row *board = NULL;
	struct paper *p = NULL;
	enum err rc = http_record_row(req, &dashboard_record, VERB_READ, &board, why);
	if (rc == OK && board->removed)
		rc = fail(why, ERR_NOT_FOUND, "this dashboard is removed");
	if (rc == OK)
		rc = dashboard_paper(req, board, f->columns, &p, why);
	if (rc != OK)
		return rc;
	struct str code = row_value(&dashboard_record, board, "code")->text;
	http_answer_file(req, str_of(f->type),
			 arena_fmt(req->arena, STR_FMT ".%s", STR_ARG(code), f->ending));
	return f->write(p, &req->out, why);
}

static enum err get_pdf(struct request *req, struct why *why)
{
	return answer(req, &(struct format){PAPER_PDF_TYPE, "pdf", PDF_COLUMNS, paper_pdf}, why);
}

static enum err get_html(struct request *req, struct why *why)
{
	return answer(req, &(struct format){PAPER_HTML_TYPE, "html", PAPER_COLUMNS_MAX, paper_html},
		      why);
}

static enum err get_xlsx(struct request *req, struct why *why)
{
	return answer(req, &(struct format){XLSX_TYPE, "xlsx", PAPER_COLUMNS_MAX, paper_xlsx}, why);
}

static const struct http_param as_of_params[] = {
	{.name = "as_of", .type = PARAM_TIME, .help = "With what was known then"},
	{.name = NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/dashboards/{id}/pdf", PERMIT(VERB_READ, "dashboard"), get_pdf,
	      "The whole dashboard on paper", "Cả bảng theo dõi dạng PDF", .flags = HTTP_SLOW,
	      .params = as_of_params),
	ROUTE(HTTP_GET, "/api/v1/dashboards/{id}/html", PERMIT(VERB_READ, "dashboard"), get_html,
	      "The whole dashboard as one page that stands alone",
	      "Cả bảng theo dõi dạng trang HTML đứng riêng", .flags = HTTP_SLOW,
	      .params = as_of_params),
	ROUTE(HTTP_GET, "/api/v1/dashboards/{id}/xlsx", PERMIT(VERB_READ, "dashboard"), get_xlsx,
	      "The whole dashboard as a spreadsheet, a sheet for each tile",
	      "Cả bảng theo dõi dạng bảng tính, mỗi ô một trang tính", .flags = HTTP_SLOW,
	      .params = as_of_params),
};
const struct route_table dashboard_routes = {routes, ARRAY_LEN(routes), NULL};
