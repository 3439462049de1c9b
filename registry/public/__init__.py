"""The public door: a business is registered from a phone, without an account."""
