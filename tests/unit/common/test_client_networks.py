import pytest

from services.common.security.client_networks import address_of, networks_of


def test_an_ipv4_address_counts_for_itself():
    assert networks_of("192.0.2.7") == (("192.0.2.7/32", 1),)


def test_all_addresses_of_a_64_count_as_one_and_its_48_and_32_have_larger_allowances():
    assert networks_of("2001:db8:5:6::1") == (("2001:db8:5:6::/64", 1), ("2001:db8:5::/48", 16), ("2001:db8::/32", 256))
    assert networks_of("2001:db8:5:6:ffff:ffff:ffff:ffff") == networks_of("2001:db8:5:6::1")


@pytest.mark.parametrize(
    "written", ["::ffff:192.0.2.7", "[::ffff:c000:207]:443", "64:ff9b::192.0.2.7", " 192.0.2.7 ", "192.0.2.7:5555"]
)
def test_an_ipv4_address_is_the_same_however_it_is_written(written: str):
    assert networks_of(written) == networks_of("192.0.2.7")


@pytest.mark.parametrize("written", ["fe80::1%eth0", "[fe80::1%25eth0]:80", "FE80:0::1"])
def test_zones_brackets_and_ports_change_nothing(written: str):
    assert networks_of(written) == networks_of("fe80::1")


@pytest.mark.parametrize(
    "rubbish", ["", "unknown", "1.2.3", "1.2.3.4.5", "::1::", "[", "%", "_hidden", "0x7f.1", "1" * 100_000, "١.٢.٣.٤"]
)
def test_whatever_is_no_address_shares_one_network(rubbish: str):
    assert address_of(rubbish) is None
    assert networks_of(rubbish) == (("unknown", 1),)
