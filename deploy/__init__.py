"""How the register runs in production."""
