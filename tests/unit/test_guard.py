"""The forms of a URL that would lead a webhook to where it must not go, and those that may pass."""

from ipaddress import ip_address

import pytest

from checks.client import Resolver
from monitor.alerts.guard import Astray, Forbidden, Guard, is_public, well_formed

ODD_FORMS = (
    "",
    "receiver.example/hook",
    "//receiver.example/hook",
    "ftp://receiver.example/",
    "file:///etc/passwd",
    "gopher://receiver.example/",
    "HTTPS://receiver.example/",
    " https://receiver.example/",
    "https://receiver.example/\r\nHost: other.example",
    "https://receiver.example/a b",
    "https://receiver.example/%",
    "https://receiver.example/%zz",
    "https://receiver.example\\@10.0.0.1/",
    "https://receiver.example\x00.other.example/",
    "https:receiver.example",
    "https:///hook",
    "https://",
    "https://user@receiver.example/",
    "https://user:password@receiver.example/",
    "https://receiver.example@10.0.0.1/",
    "https://receiver.example#@10.0.0.1/",
    "https://receiver.example/#part",
    "https://receiver.example./",
    "https://.receiver.example/",
    "https://receiver..example/",
    "https://-receiver.example/",
    "https://receiver%2eexample/",
    "https://recéiver.example/",
    "https://１２７.０.０.１/",
    "https://receiver。example/",
    "https://2130706433/",
    "https://127.1/",
    "https://127.0.1/",
    "https://0177.0.0.1/",
    "https://127.0.0.01/",
    "https://0x7f.0.0.1/",
    "https://0x7f000001/",
    "https://127.0.0.0x1/",
    "https://017700000001/",
    "https://256.1.1.1/",
    "https://1.1.1.1.1/",
    "https://127.0.0.1./",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::ffff:8.8.8.8]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::127.0.0.1]/",
    "https://[fe80::1%25eth0]/",
    "https://[fe80::1%eth0]/",
    "https://[1::2::3]/",
    "https://[v1.a:b]/",
    "https://[::1/",
    "https://receiver.example:/",
    "https://receiver.example:0/",
    "https://receiver.example:0443/",
    "https://receiver.example:65536/",
    "https://receiver.example:443:80/",
    "https://receiver.example:+443/",
    "https://receiver.example:４４３/",
    f"https://receiver.example/{'a' * 2000}",
    f"https://{'a' * 64}.example/",
)

NOT_PUBLIC = (
    "0.0.0.0",  # noqa: S104  nothing is bound to it here
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.31.196.1",
    "192.52.193.1",
    "192.88.99.1",
    "192.168.1.1",
    "192.175.48.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:2::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2620:4f:8000::1",
    "3ffe::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%lo",
    "fec0::1",
    "ff02::1",
)

PUBLIC = (
    "1.1.1.1",
    "8.8.8.8",
    "100.63.255.255",
    "100.128.0.1",
    "172.15.255.255",
    "172.32.0.1",
    "192.0.1.1",
    "198.17.255.255",
    "198.20.0.1",
    "223.255.255.255",
    "2001:200::1",
    "2606:4700::1111",
    "2a00:1450:400e::1",
    "::ffff:8.8.8.8",
)


def leading_to(*addresses: str) -> Resolver:
    return Resolver(lambda _: addresses, threads=1)


@pytest.mark.parametrize("url", ODD_FORMS)
def test_a_url_that_not_everyone_reads_alike_is_refused(url: str) -> None:
    with pytest.raises(Forbidden) as refusal:
        well_formed(url)
    assert "receiver" not in str(refusal.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://receiver.example",
        "https://receiver.example/hook?team=plan&x=%20",
        "https://Receiver.Example:8443/a/b;c=d",
        "https://xn--rceiver-bya.example/",
        "https://a_b.example/",
        "https://receiver/",
        "https://8.8.8.8/hook",
        "https://[2606:4700::1111]/",
    ],
)
def test_a_plain_url_is_well_formed(url: str) -> None:
    assert str(well_formed(url).url) in {url, url.replace("Receiver.Example", "receiver.example")}


@pytest.mark.parametrize("address", NOT_PUBLIC)
async def test_a_name_that_leads_inside_is_refused_also_when_it_leads_outside_too(
    address: str,
) -> None:
    for addresses in ((address,), ("8.8.8.8", address), (address, "2606:4700::1111")):
        guard = Guard(resolver=leading_to(*addresses))
        with pytest.raises(Astray):
            await guard.admit("https://receiver.example/")
        guard.close()


@pytest.mark.parametrize("address", [each for each in NOT_PUBLIC if "%" not in each])
async def test_an_inner_address_in_plain_form_is_refused(address: str) -> None:
    guard = Guard()
    with pytest.raises(Forbidden):
        await guard.admit(f"https://[{address}]/" if ":" in address else f"https://{address}/")


@pytest.mark.parametrize("address", PUBLIC)
async def test_a_name_that_leads_outside_is_called_at_what_was_checked(address: str) -> None:
    guard = Guard(resolver=leading_to(address))
    door = await guard.admit("https://receiver.example/hook")
    assert door.addresses == (address.removeprefix("::ffff:"),)
    assert door.host == "receiver.example"
    guard.close()


async def test_a_name_that_is_unknown_says_the_same_as_one_that_leads_inside() -> None:
    """Else anyone could ask us which names our own network knows."""

    def unknown(_: str) -> tuple[str, ...]:
        raise OSError

    said = set()
    for resolver in (leading_to("10.0.0.7"), Resolver(unknown, threads=1), leading_to()):
        guard = Guard(resolver=resolver)
        with pytest.raises(Astray) as refusal:
            await guard.admit("https://intern.example/")
        said.add(str(refusal.value))
        guard.close()
    assert len(said) == 1


async def test_plain_http_and_other_ports_are_refused() -> None:
    guard = Guard(resolver=leading_to("8.8.8.8"))
    for url in (
        "http://receiver.example/",
        "http://receiver.example:443/",
        "https://receiver.example:22/",
        "https://receiver.example:8443/",
    ):
        with pytest.raises(Forbidden):
            await guard.admit(url)
    guard.close()


async def test_another_port_is_a_matter_of_configuration() -> None:
    guard = Guard(ports=(443, 8443), resolver=leading_to("8.8.8.8"))
    assert (await guard.admit("https://receiver.example:8443/")).url.port == 8443
    with pytest.raises(Forbidden, match="443 or 8443"):
        await guard.admit("https://receiver.example:8444/")
    guard.close()


async def test_an_operator_can_let_a_network_or_a_host_through_plain_http_included() -> None:
    guard = Guard(allow=("10.1.0.0/16", "hooks"), resolver=leading_to("10.1.2.3"))
    for url in ("http://intern.example:8080/", "http://10.1.2.3/", "https://hooks:9000/"):
        await guard.admit(url)
    with pytest.raises(Astray):
        await guard.admit("https://10.2.0.1/")
    guard.close()


async def test_one_address_outside_what_is_let_through_refuses_all() -> None:
    guard = Guard(allow=("10.1.0.0/16",), resolver=leading_to("10.1.2.3", "10.2.0.1"))
    with pytest.raises(Astray):
        await guard.admit("http://intern.example/")
    guard.close()


async def test_a_name_with_hundreds_of_addresses_is_no_receiver() -> None:
    guard = Guard(resolver=leading_to(*(f"8.8.{each}.8" for each in range(200))))
    with pytest.raises(Astray):
        await guard.admit("https://receiver.example/")
    guard.close()


def test_public_is_what_our_own_list_says_where_the_standard_library_is_too_kind() -> None:
    too_kind = [each for each in NOT_PUBLIC if ip_address(each).is_global]
    assert len(too_kind) > 5
    assert not any(is_public(ip_address(each)) for each in too_kind)
