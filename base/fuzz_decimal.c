/* What the canonical reader accepts, the writer gives back, and the reader of typed numbers
 * understands as the same value or takes for doubtful. */
#include "base/decimal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round(struct decimal d)
{
	char memory[64];
	struct buf out = {.ptr = memory, .cap = sizeof memory, .max = sizeof memory};
	decimal_write(&out, d);
	struct decimal again, typed;
	bool doubtful;
	enum err rc = decimal_parse(buf_str(&out), &again, NULL);
	assert(rc == OK && again.mantissa == d.mantissa && again.scale == d.scale);
	rc = decimal_read(buf_str(&out), &typed, &doubtful, NULL);
	assert(rc == OK && (doubtful || decimal_cmp(typed, d) == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = {(const char *)data, size};
	struct why why = {.text = ""};
	struct decimal d;
	bool doubtful;
	if (decimal_parse(s, &d, &why) == OK)
		check_round(d);
	else
		assert(why.text[0]);
	why.text[0] = '\0';
	if (decimal_read(s, &d, &doubtful, &why) == OK)
		check_round(d);
	else
		assert(why.text[0]);
	return 0;
}
