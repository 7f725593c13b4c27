"""Password hashing with limited concurrency, so that sign-ins can't use up the memory."""

from threading import BoundedSemaphore

from django.contrib.auth.hashers import Argon2PasswordHasher

HASHING_SLOTS = BoundedSemaphore(2)  # each hash takes 100 MB and keeps the cores busy


class BoundedArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2 with at most two hashes at a time in a process. Further ones wait."""

    def encode(self, password: str, salt: str) -> str:
        with HASHING_SLOTS:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with HASHING_SLOTS:
            return super().verify(password, encoded)
