import pytest
from pydantic import SecretStr

from bot.supplier import AuthError, AuthKind, check_base_url, make_auth

KEY = SecretStr("sk-1234567890")
COOKIE = SecretStr('sessionid=abc123def; csrftoken="tok-99887766"; theme=dark')


@pytest.mark.parametrize(
    ("kind", "headers", "fields"),
    [
        (AuthKind.X_API_KEY, {"X-API-Key": "sk-1234567890"}, {}),
        (AuthKind.BEARER, {"Authorization": "Bearer sk-1234567890"}, {}),
        (AuthKind.BODY, {}, {"key": "sk-1234567890"}),
    ],
)
@pytest.mark.parametrize("write", [True, False])
def test_a_key_goes_where_its_kind_says(
    kind: AuthKind, headers: dict[str, str], fields: dict[str, str], write: bool
) -> None:
    auth = make_auth(kind, key=KEY, cookie=None)
    assert auth.headers(write=write, base_url="https://x.example") == headers
    assert auth.fields() == fields
    assert auth.secrets() == ("sk-1234567890",)
    assert auth.kind is kind


def test_a_session_sends_its_cookie_and_on_writes_its_token_and_referer() -> None:
    auth = make_auth(AuthKind.SESSION, key=None, cookie=COOKIE)
    assert auth.headers(write=False, base_url="https://x.example/shop") == {
        "Cookie": COOKIE.get_secret_value()
    }
    assert auth.headers(write=True, base_url="https://x.example/shop") == {
        "Cookie": COOKIE.get_secret_value(),
        "Referer": "https://x.example/shop/",
        "X-CSRFToken": "tok-99887766",
    }
    assert auth.fields() == {}
    assert {"abc123def", "tok-99887766"} <= set(auth.secrets())


@pytest.mark.parametrize("cookie", ['a="', 'csrftoken="x', "csrftoken=", ";;=;a", 'a="b"c"'])
def test_an_odd_cookie_header_is_sent_as_it_is(cookie: str) -> None:
    auth = make_auth(AuthKind.SESSION, key=None, cookie=SecretStr(cookie))
    assert auth.headers(write=True, base_url="https://x.example")["Cookie"] == cookie
    assert cookie in auth.secrets()


def test_a_session_without_a_token_sends_none() -> None:
    auth = make_auth(AuthKind.SESSION, key=None, cookie=SecretStr("sessionid=a"))
    assert "X-CSRFToken" not in auth.headers(write=True, base_url="https://x.example")


@pytest.mark.parametrize("kind", list(AuthKind))
def test_no_repr_shows_the_key(kind: AuthKind) -> None:
    auth = make_auth(kind, key=KEY, cookie=COOKIE)
    for secret in ("sk-1234567890", "abc123def", "tok-99887766"):
        assert secret not in repr(auth) + str(auth)


@pytest.mark.parametrize("kind", list(AuthKind))
def test_what_is_missing_is_named(kind: AuthKind) -> None:
    what = "cookie" if kind is AuthKind.SESSION else "key"
    with pytest.raises(AuthError, match=f"the {what} is missing"):
        make_auth(kind, key=None, cookie=None)


@pytest.mark.parametrize("wrong", ["", " sk-1 ", "sk-ключ", "sk-\r\nX-Evil: 1", "sk-\x00"])
@pytest.mark.parametrize("kind", list(AuthKind))
def test_a_key_that_cannot_be_sent_is_refused_without_being_shown(
    kind: AuthKind, wrong: str
) -> None:
    with pytest.raises(AuthError) as caught:
        make_auth(kind, key=SecretStr(wrong), cookie=SecretStr(wrong))
    assert "sk-" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://x.example", "https://x.example"),
        ("https://x.example/", "https://x.example"),
        (" http://127.0.0.1:8080/market/ ", "http://127.0.0.1:8080/market"),
    ],
)
def test_a_base_url_may_have_a_path(url: str, clean: str) -> None:
    assert check_base_url(url) == clean


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x.example",
        "ftp://x.example",
        "https://",
        "https://u:p@x.example",
        "https://x.example?a=1",
        "https://x.example/#a",
        "https://x.example:99999",
        "https://x.example:0",
        "https://x .example",
        "https://[::1",
    ],
)
def test_a_base_url_that_no_call_can_use_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"is not a URL|must not hold"):
        check_base_url(url)
