/* Whatever is accepted must be writable, and what was written must read back as the same. */
#include "base/json.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_same(const struct json *a, const struct json *b)
{
	assert(a->type == b->type && a->n == b->n && a->boolean == b->boolean &&
	       a->integer == b->integer);
	assert(str_eq(a->text, b->text) && text_valid(a->text));
	for (size_t i = 0; i < a->n; i++) {
		assert(a->type != JSON_OBJECT || str_eq(a->names[i], b->names[i]));
		check_same(&a->items[i], &b->items[i]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf out;
	buf_init(&out, 16 << 20);
	struct why why = {.text = ""};
	const struct json *v, *again;
	if (json_parse(a, (struct str){(const char *)data, size}, &v, &why) != OK) {
		assert(why.text[0]);
		return 0;
	}
	struct jw w;
	jw_init(&w, &out);
	jw_value(&w, v);
	if (buf_end(&out, NULL) != OK)
		return 0;
	assert(!memchr(out.ptr, '<', out.len));
	enum err rc = json_parse(a, buf_str(&out), &again, &why);
	assert(rc == OK);
	check_same(v, again);
	return 0;
}
