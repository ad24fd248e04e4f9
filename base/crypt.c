#include "base/crypt.h"

#include <gnutls/crypto.h>
#include <sodium.h>

static_assert(HASH_BYTES == crypto_hash_sha256_BYTES, "SHA-256");
static_assert(HASH_BYTES == crypto_auth_hmacsha256_BYTES, "HMAC-SHA-256");
static_assert(SIGN_PUBLIC_BYTES == crypto_sign_PUBLICKEYBYTES, "Ed25519");
static_assert(SIGN_SECRET_BYTES == crypto_sign_SECRETKEYBYTES, "Ed25519");
static_assert(SIGN_BYTES == crypto_sign_BYTES, "Ed25519");

#define PASSWORD_MAX 1024

struct hash_state {
	crypto_hash_sha256_state state;
};

static const unsigned char *bytes_of(struct str s)
{
	return (const unsigned char *)(s.ptr ? s.ptr : "");
}

void crypt_init(void)
{
	int rc = sodium_init();
	assert(rc >= 0); /* only when the machine has no random numbers */
}

struct hash crypt_sha256(struct str data)
{
	struct hash ret;
	crypto_hash_sha256(ret.bytes, bytes_of(data), data.len);
	return ret;
}

struct hash_state *hash_new(struct arena *a)
{
	struct hash_state *s = ARENA_NEW(a, struct hash_state);
	crypto_hash_sha256_init(&s->state);
	return s;
}

void hash_add(struct hash_state *s, struct str data)
{
	crypto_hash_sha256_update(&s->state, bytes_of(data), data.len);
}

struct hash hash_end(struct hash_state *s)
{
	struct hash ret;
	crypto_hash_sha256_final(&s->state, ret.bytes);
	return ret;
}

struct hash crypt_hmac_sha256(struct str key, struct str data)
{
	crypto_auth_hmacsha256_state state;
	struct hash ret;
	crypto_auth_hmacsha256_init(&state, bytes_of(key), key.len);
	crypto_auth_hmacsha256_update(&state, bytes_of(data), data.len);
	crypto_auth_hmacsha256_final(&state, ret.bytes);
	sodium_memzero(&state, sizeof state);
	return ret;
}

void crypt_hmac_sha1(struct str key, struct str data, unsigned char ret[20])
{
	int rc = gnutls_hmac_fast(GNUTLS_MAC_SHA1, bytes_of(key), key.len, bytes_of(data), data.len,
				  ret);
	assert(rc == 0);
}

void crypt_random(void *ret, size_t len)
{
	randombytes_buf(ret, len);
}

bool crypt_equal(struct str a, struct str b)
{
	return a.len == b.len && sodium_memcmp(bytes_of(a), bytes_of(b), a.len) == 0;
}

void hex_write(struct buf *b, struct str bytes)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < bytes.len; i++) {
		unsigned char c = (unsigned char)bytes.ptr[i];
		buf_add_char(b, digits[c >> 4]);
		buf_add_char(b, digits[c & 15]);
	}
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum err hex_parse(struct arena *a, struct str hex, struct str *ret, struct why *why)
{
	if (hex.len % 2)
		return fail(why, ERR_INVALID, "hexadecimal digits must come in pairs");
	char *bytes = arena_alloc(a, hex.len / 2 + 1);
	for (size_t i = 0; i < hex.len; i += 2) {
		int high = hex_digit(hex.ptr[i]), low = hex_digit(hex.ptr[i + 1]);
		if (high < 0 || low < 0)
			return fail(why, ERR_INVALID, "character %zu is no hexadecimal digit",
				    i + (high < 0 ? 1 : 2));
		bytes[i / 2] = (char)(high << 4 | low);
	}
	*ret = (struct str){bytes, hex.len / 2};
	return OK;
}

void base32_write(struct buf *b, struct str bytes)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	unsigned held = 0, bits = 0;
	for (size_t i = 0; i < bytes.len; i++) {
		held = (held << 8 | (unsigned char)bytes.ptr[i]) & 0xFFFF;
		for (bits += 8; bits >= 5; bits -= 5)
			buf_add_char(b, alphabet[held >> (bits - 5) & 31]);
	}
	if (bits)
		buf_add_char(b, alphabet[held << (5 - bits) & 31]);
}

enum err crypt_password_hash(struct arena *a, struct secret password, struct str *ret,
			     struct why *why)
{
	struct str p = password.hidden;
	if (p.len == 0 || p.len > PASSWORD_MAX)
		return fail(why, ERR_INVALID, "a password has 1 to %d bytes", PASSWORD_MAX);
	char *text = arena_alloc(a, crypto_pwhash_STRBYTES);
	if (crypto_pwhash_str(text, p.ptr, p.len, crypto_pwhash_OPSLIMIT_INTERACTIVE,
			      crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
		return fail(why, ERR_UNAVAILABLE, "not enough memory to hash a password now");
	*ret = str_of(text);
	return OK;
}

bool crypt_password_verify(struct str stored, struct secret password)
{
	char text[crypto_pwhash_STRBYTES] = "";
	struct str p = password.hidden;
	if (stored.len >= sizeof text || p.len > PASSWORD_MAX || !p.ptr)
		return false;
	if (stored.len)
		memcpy(text, stored.ptr, stored.len);
	return crypto_pwhash_str_verify(text, p.ptr, p.len) == 0;
}

/* The hash of 32 random bytes that nobody kept, with the limits above. */
struct str crypt_password_dummy(void)
{
	return STR(
		"$argon2id$v=19$m=65536,t=2,p=1$9ZxkYmqPzwMbznFKe80Z3g$QkmEn6xcRdtgE3x9zb9eI2EFRPBNm8oqoz/SiVBSpIM");
}

struct str crypt_token(struct arena *a, size_t bytes)
{
	unsigned char *random = arena_alloc(a, bytes);
	randombytes_buf(random, bytes);
	size_t size = sodium_base64_ENCODED_LEN(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	char *text = arena_alloc(a, size);
	sodium_bin2base64(text, size, random, bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(random, bytes);
	return (struct str){text, size - 1};
}

void sign_keys(unsigned char ret_public[SIGN_PUBLIC_BYTES],
	       unsigned char ret_secret[SIGN_SECRET_BYTES])
{
	crypto_sign_keypair(ret_public, ret_secret);
}

void sign_make(struct str message, const unsigned char secret[SIGN_SECRET_BYTES],
	       unsigned char ret[SIGN_BYTES])
{
	crypto_sign_detached(ret, NULL, bytes_of(message), message.len, secret);
}

bool sign_check(struct str message, const unsigned char signature[SIGN_BYTES],
		const unsigned char public_key[SIGN_PUBLIC_BYTES])
{
	return crypto_sign_verify_detached(signature, bytes_of(message), message.len, public_key) ==
	       0;
}

struct str hash_hex(struct arena *a, const struct hash *h)
{
	char memory[2 * HASH_BYTES + 1];
	struct buf b = {.ptr = memory, .cap = sizeof memory, .max = sizeof memory};
	hex_write(&b, (struct str){(const char *)h->bytes, HASH_BYTES});
	return arena_str(a, buf_str(&b));
}
