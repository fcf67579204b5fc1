"""An address is one mailbox that one message can be sent to."""

import pytest

from monitor.domain.mail_address import LONGEST, MailAddressError, mail_address


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("jan@example.nl", "jan@example.nl"),
        ("  jan@example.nl ", "jan@example.nl"),
        ("Jan.de.Vries+Keten@Example.NL", "Jan.de.Vries+Keten@example.nl"),
        ("o'brien_1@a-b.example.nl", "o'brien_1@a-b.example.nl"),
        ("beheer@gemeente-súdwest.nl", "beheer@xn--gemeente-sdwest-cvb.nl"),
        ("beheer@BÜCHER.example", "beheer@xn--bcher-kva.example"),
        ("beheer@xn--bcher-kva.example", "beheer@xn--bcher-kva.example"),
        ("beheer@例え。jp", "beheer@xn--r8jz45g.jp"),
    ],
)
def test_what_is_an_address_is_read(written: str, read: str) -> None:
    assert str(mail_address(written)) == read


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("", "is empty"),
        ("   ", "is empty"),
        ("jan", "has no @"),
        ("jan@exam\r\nple.nl", "line ends"),
        ("jan@example.nl\r\nBcc: all@example.nl", "line ends"),
        ("jan@example.nl\n", "line ends"),
        ("jan@example.nl\x00", "line ends"),
        ("jan@exa\u200bmple.nl", "cannot be seen"),
        ("jan\u202e@example.nl", "cannot be seen"),
        ("jan@example\u2028.nl", "cannot be seen"),
        ("jan@example.nl,piet@example.nl", "is a list"),
        ("jan@example.nl; piet@example.nl", "is a list"),
        ("jan@example.nl piet@example.nl", "has a space"),
        ("jan@piet@example.nl", "more than one @"),
        ('"jan de vries"@example.nl', "has quotes"),
        (r"jan\@example.nl", "has quotes"),
        ("Jan <jan@example.nl>", "a name or a remark"),
        ("jan(privé)@example.nl", "a name or a remark"),
        ("jan@[192.0.2.1]", "by its number"),
        ("jan@[IPv6:2001:db8::1]", "by its number"),
        ("jan@192.0.2.1", "by its number"),
        ("jan@3221225985", "by its number"),
        ("jan@0x7f.1", "by its number"),
        ("jan@", "nothing after the @"),
        ("@example.nl", "nothing before the @"),
        (".jan@example.nl", "signs or dots"),
        ("jan.@example.nl", "signs or dots"),
        ("jan..piet@example.nl", "signs or dots"),
        ("jan%other.example@example.nl", "signs or dots"),
        ("other!jan@example.nl", "signs or dots"),
        ("josé@example.nl", "plain letters"),
        ("jan@localhost", "no host name"),
        ("jan@example", "no host name"),
        ("jan@example.nl.", "no host name"),
        ("jan@.example.nl", "no host name"),
        ("jan@exa_mple.nl", "no host name"),
        ("jan@-example.nl", "no host name"),
        ("jan@example.123", "no host name"),
        ("jan@xn--a.nl", "no host name"),
        ("jan@b＠c.nl", "no host name"),
        ("jan＠example.nl", "has no @"),
        (f"{'a' * 65}@example.nl", "more than 64 characters"),
        (f"jan@{'a' * 64}.nl", "no host name"),
        (f"jan@{'a.' * 130}nl", "longer than 254"),
        (f"jan@{'ü' * 60}.{'ü' * 60}.{'ü' * 60}.{'ü' * 50}.nl", "no host name"),
    ],
)
def test_what_is_no_address_is_refused_with_its_cure(written: str, told: str) -> None:
    with pytest.raises(MailAddressError, match=told):
        mail_address(written)


@pytest.mark.parametrize("written", ["geheim@exam\nple.nl", "geheim", "geheim@[10.0.0.1]"])
def test_a_refusal_does_not_repeat_the_address(written: str) -> None:
    with pytest.raises(MailAddressError) as refused:
        mail_address(written)
    assert "geheim" not in str(refused.value)


def test_an_address_is_no_longer_than_smtp_can_take() -> None:
    longest = f"{'a' * 64}@{'b' * 61}.{'c' * 61}.{'d' * 61}.org"
    assert len(str(mail_address(longest))) == LONGEST
    with pytest.raises(MailAddressError, match="longer than 254"):
        mail_address(longest.replace("@b", "@bb"))


def test_case_and_plus_tags_make_no_other_mailbox() -> None:
    boxes = {
        mail_address(one).mailbox
        for one in ("jan@example.nl", "Jan@EXAMPLE.nl", "jan+a@example.nl", "JAN+b+c@example.nl")
    }
    assert boxes == {"jan@example.nl"}


def test_a_mailbox_that_begins_with_a_plus_is_its_own() -> None:
    assert mail_address("+a@example.nl").mailbox == "+a@example.nl"
