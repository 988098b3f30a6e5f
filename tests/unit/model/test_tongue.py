import pytest

from bot.model.tongue import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Здравствуйте, аккаунт не работает", "ru"),
        ("anna:Secret-123 не подходит, помогите", "ru"),
        ("<p>Пароль неверный</p>", "ru"),
        ("密码不对，请帮忙", "zh"),
        ("Windows 11 密钥无法激活", "zh"),
        ("パスワードが違います", ""),
        ("Hola, la cuenta no funciona", "es"),
        ("¿Me ayuda?", "es"),
        ("Olá, a senha não funciona, obrigado", "pt_BR"),
        ("A conta foi bloqueada, preciso de ajuda", "pt_BR"),
        ("Tài khoản không đăng nhập được", "vi"),
        ("Hello, it is not working", "en"),
        ("Please help, the password is wrong", "en"),
        ("anna:Secret-123", ""),
        ("12345 :-)", ""),
        ("", ""),
        ("مرحبا الحساب لا يعمل", ""),
        ("Κωδικός λάθος", ""),
    ],
)
def test_the_buyer_s_language_is_told_by_script_marks_and_words(text: str, language: str) -> None:
    assert language_of(text) == language


def test_a_text_of_any_length_is_looked_at_quickly() -> None:
    assert language_of("<" * 100_000) == ""
    assert language_of("the " * 100_000) == "en"
