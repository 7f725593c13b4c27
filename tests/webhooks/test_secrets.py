"""Signatures are those of Standard Webhooks, and secrets survive a new SECRET_KEY."""

import pytest
from cryptography.fernet import InvalidToken

from webhooks.secrets import decrypt, encrypt, generate_secret, sign


def test_a_signature_is_that_of_the_specification() -> None:
    secret, event, at = (
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
    )
    expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert sign(secret, event, at, b'{"test": 2432232314}') == expected


def test_a_secret_is_encrypted_and_readable_with_a_fallback_key(settings) -> None:
    secret = generate_secret()
    stored, previous = encrypt(secret), settings.SECRET_KEY
    assert secret not in stored
    settings.SECRET_KEY = "another"
    with pytest.raises(InvalidToken):
        decrypt(stored)
    settings.SECRET_KEY_FALLBACKS = [previous]
    assert decrypt(stored) == secret
