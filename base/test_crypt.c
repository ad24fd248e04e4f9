#include "base/crypt.h"
#include "base/testing.h"

static struct str hex_of(struct buf *b, const void *bytes, size_t len)
{
	buf_clear(b);
	hex_write(b, (struct str){bytes, len});
	return buf_str(b);
}

/* FIPS 180-4, RFC 4231 test 2, RFC 2202 test 2. */
static void hashes_match_published_vectors(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf b;
	buf_init(&b, 1000);
	struct hash h = crypt_sha256(STR("abc"));
	static const char abc[] =
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
	assert_str(hex_of(&b, h.bytes, HASH_BYTES), abc);
	struct hash_state *s = hash_new(a);
	hash_add(s, STR("a"));
	hash_add(s, STR_NULL);
	hash_add(s, STR("bc"));
	h = hash_end(s);
	assert_str(hex_of(&b, h.bytes, HASH_BYTES), abc);
	h = crypt_sha256(STR_NULL);
	assert_str(hex_of(&b, h.bytes, HASH_BYTES),
		   "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	h = crypt_hmac_sha256(STR("Jefe"), STR("what do ya want for nothing?"));
	assert_str(hex_of(&b, h.bytes, HASH_BYTES),
		   "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	unsigned char sha1[20];
	crypt_hmac_sha1(STR("Jefe"), STR("what do ya want for nothing?"), sha1);
	assert_str(hex_of(&b, sha1, sizeof sha1), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
}

static void bytes_are_written_as_text(void **state)
{
	(void)state;
	struct why why;
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf b;
	buf_init(&b, 1000);
	static const char *const base32[][2] = {{"", ""},
						{"f", "MY"},
						{"fo", "MZXQ"},
						{"foo", "MZXW6"},
						{"foob", "MZXW6YQ"},
						{"fooba", "MZXW6YTB"},
						{"foobar", "MZXW6YTBOI"}};
	for (size_t i = 0; i < ARRAY_LEN(base32); i++) {
		buf_clear(&b);
		base32_write(&b, str_of(base32[i][0]));
		assert_str(buf_str(&b), base32[i][1]);
	}
	struct str bytes;
	assert_ok(hex_parse(a, STR("00fF7a"), &bytes, &why), why);
	assert_true(str_eq(bytes, (struct str){"\x00\xff\x7a", 3}));
	assert_ok(hex_parse(a, STR_NULL, &bytes, &why), why);
	assert_int_equal(bytes.len, 0);
	assert_err(hex_parse(a, STR("0"), &bytes, &why), ERR_INVALID);
	assert_err(hex_parse(a, STR("0g"), &bytes, &why), ERR_INVALID);
	assert_string_equal(why.text, "character 2 is no hexadecimal digit");
}

static void passwords_verify_and_nothing_else_does(void **state)
{
	(void)state;
	struct why why;
	AUTO(arena_free) struct arena *a = arena_new();
	struct secret password = {STR("mật khẩu dài 12")}, other = {STR("mật khẩu dài 13")},
		      none = {STR_NULL};
	struct str stored, again;
	assert_ok(crypt_password_hash(a, password, &stored, &why), why);
	assert_ok(crypt_password_hash(a, password, &again, &why), why);
	assert_false(str_eq(stored, again));
	assert_true(str_starts(stored, STR("$argon2id$v=19$m=65536,t=2,p=1$")));
	assert_true(crypt_password_verify(stored, password));
	assert_false(crypt_password_verify(stored, other));
	assert_false(crypt_password_verify(stored, none));
	assert_false(crypt_password_verify(STR(""), password));
	assert_false(crypt_password_verify(STR_NULL, password));
	assert_false(crypt_password_verify(STR("plain"), (struct secret){STR("plain")}));
	assert_true(str_starts(crypt_password_dummy(), STR("$argon2id$v=19$m=65536,t=2,p=1$")));
	assert_false(crypt_password_verify(crypt_password_dummy(), password));
	char *endless = arena_alloc(a, 5000);
	memset(endless, 'x', 5000);
	struct str huge = {endless, 5000};
	assert_false(crypt_password_verify(huge, password));
	assert_err(crypt_password_hash(a, none, &stored, &why), ERR_INVALID);
	assert_err(crypt_password_hash(a, (struct secret){huge}, &stored, &why), ERR_INVALID);
}

static void tokens_are_random_and_safe_in_addresses(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	struct str one = crypt_token(a, 16), two = crypt_token(a, 16);
	assert_int_equal(one.len, 22);
	assert_false(crypt_equal(one, two));
	assert_true(crypt_equal(one, arena_str(a, one)));
	assert_false(crypt_equal(one, STR("short")));
	assert_true(crypt_equal(STR_NULL, STR("")));
	for (size_t i = 0; i < one.len; i++)
		assert_non_null(
			strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
			       one.ptr[i]));
	unsigned char x[32] = {0}, y[32] = {0};
	crypt_random(x, sizeof x);
	crypt_random(y, sizeof y);
	assert_memory_not_equal(x, y, sizeof x);
}

static void signatures_hold_for_their_message_only(void **state)
{
	(void)state;
	unsigned char public_key[SIGN_PUBLIC_BYTES], secret[SIGN_SECRET_BYTES],
		signature[SIGN_BYTES];
	sign_keys(public_key, secret);
	sign_make(STR("head 17"), secret, signature);
	assert_true(sign_check(STR("head 17"), signature, public_key));
	assert_false(sign_check(STR("head 18"), signature, public_key));
	signature[5] ^= 1;
	assert_false(sign_check(STR("head 17"), signature, public_key));
}

static int start(void **state)
{
	(void)state;
	crypt_init();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_match_published_vectors),
		cmocka_unit_test(bytes_are_written_as_text),
		cmocka_unit_test(passwords_verify_and_nothing_else_does),
		cmocka_unit_test(tokens_are_random_and_safe_in_addresses),
		cmocka_unit_test(signatures_hold_for_their_message_only),
	};
	return cmocka_run_group_tests(tests, start, NULL);
}
