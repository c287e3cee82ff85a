#include "p2p/netgroup.h"

#include "p2p/asmap.h"
#include "support/asmap_file.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <optional>

namespace starling::p2p {
namespace {

Endpoint at(const char* host) {
    const auto endpoint = parse_endpoint(host, 1);
    EXPECT_TRUE(endpoint) << host;
    return endpoint.value_or(Endpoint{});
}

TEST(Subnet, IsA24OfIpv4WhateverThePort) {
    Endpoint other_port = at("80.1.2.255");
    other_port.port = 9;
    EXPECT_EQ(subnet_of(at("80.1.2.0")), subnet_of(other_port));
    EXPECT_NE(subnet_of(at("80.1.2.0")), subnet_of(at("80.1.3.0")));
    EXPECT_NE(subnet_of(at("80.11.2.0")), subnet_of(at("80.1.12.0")));
}

TEST(Subnet, IsA64OfIpv6) {
    EXPECT_EQ(subnet_of(at("[2a00:1:2:3::1]")), subnet_of(at("[2a00:1:2:3:ffff:ffff:ffff:ffff]")));
    EXPECT_NE(subnet_of(at("[2a00:1:2:3::1]")), subnet_of(at("[2a00:1:2:4::1]")));
}

// What one owner of addresses usually has: Bitcoin Core's groups.
TEST(Netgroup, IsA16OfIpv4AndA32OfIpv6) {
    EXPECT_EQ(Netgroups().of(at("80.1.0.0")), Netgroups().of(at("80.1.255.255")));
    EXPECT_NE(Netgroups().of(at("80.1.0.0")), Netgroups().of(at("80.2.0.0")));
    EXPECT_EQ(Netgroups().of(at("[2a00:1:2::1]")), Netgroups().of(at("[2a00:1:3::1]")));
    EXPECT_NE(Netgroups().of(at("[2a00:1::1]")), Netgroups().of(at("[2a00:2::1]")));
    EXPECT_EQ(Netgroups().of(at("127.0.0.1")), Netgroups().of(at("[::1]")));
}

// 80.0.0.0/8 is of AS 7, but 80.9.0.0/16 of none; 2a00::/16 of AS 9.
Netgroups mapped() {
    Endpoint ipv6 = at("[2a00::]");
    const auto file = test::AsmapWriter::file({test::announced_ipv4({80, 0, 0, 0}, 8, 7),
                                               test::announced_ipv4({80, 9, 0, 0}, 16, 0),
                                               {ipv6.address, 16, 9}});
    return Netgroups(std::make_shared<const Asmap>(*Asmap::decode(*file)));
}

TEST(Netgroup, IsAnAsWhereAMapHasOne) {
    const Netgroups groups = mapped();
    EXPECT_EQ(groups.of(at("80.1.2.3")), (Netgroup{Netgroup::Kind::as_number, 7}));
    EXPECT_EQ(groups.of(at("80.1.2.3")), groups.of(at("80.200.2.3")));
    EXPECT_EQ(groups.of(at("[2a00:1::1]")), groups.of(at("[2a00:2::1]")));
    EXPECT_EQ(groups.mapped_as(at("80.1.2.3")), 7u);
    EXPECT_EQ(to_string(groups.of(at("80.1.2.3"))), "AS7");
}

TEST(Netgroup, IsThePrefixWhereTheMapHasNone) {
    const Netgroups groups = mapped();
    for (const char* host : {"80.9.2.3", "81.1.2.3", "127.1.2.3", "[::1]", "[2b00::1]"}) {
        EXPECT_EQ(groups.of(at(host)), Netgroups().of(at(host))) << host;
        EXPECT_EQ(groups.mapped_as(at(host)), 0u) << host;
    }
    EXPECT_EQ(Netgroups().mapped_as(at("80.1.2.3")), 0u);
}

// 80.1.2.3 in IPv6's clothes: 6to4, Teredo (inverted), NAT64 and its predecessor.
TEST(Netgroup, OfAnIpv6AddressWithAnIpv4OneWithinIsThatOnesAs) {
    for (const char* host : {"[2002:5001:203::1]", "[2001:0:1:2:3:4:affe:fdfc]",
                             "[64:ff9b::5001:203]", "[::ffff:0:5001:203]"})
        EXPECT_EQ(mapped().mapped_as(at(host)), 7u) << host;
    EXPECT_EQ(mapped().mapped_as(at("[2003:5001:203::1]")), 0u);
}

TEST(Netgroup, FiguresTellHowMuchOfASetTheMapCovers) {
    const Netgroups groups = mapped();
    std::vector<Netgroup> some;
    for (const char* host : {"80.1.2.3", "81.1.2.3", "80.2.2.3", "[2a00::1]"})
        some.push_back(groups.of(at(host)));
    const NetgroupFigures figures = figures_of(some);
    EXPECT_EQ(figures.addresses, 4u);
    EXPECT_EQ(figures.mapped, 3u);
    EXPECT_EQ(figures.systems, 2u);
    EXPECT_EQ(figures_of({}).addresses, 0u);
}

TEST(LocalAddresses, AreThoseThatMeanAnotherMachineElsewhere) {
    for (const char* local :
         {"127.0.0.1", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.1.1",
          "100.64.0.1", "100.127.255.255", "0.0.0.0", "224.0.0.1", "239.255.83.84",
          "255.255.255.255", "[::]", "[::1]", "[fc00::1]", "[fdff::1]", "[fe80::1]", "[febf::1]",
          "[ff02::1]"})
        EXPECT_TRUE(is_local_only(at(local))) << local;
    for (const char* reached_by_all :
         {"80.1.2.3", "172.15.0.1", "172.32.0.1", "192.169.0.1", "100.63.255.255", "100.128.0.0",
          "223.255.255.255", "[2a00::1]", "[2001:db9::1]"})
        EXPECT_FALSE(is_local_only(at(reached_by_all))) << reached_by_all;
}

}  // namespace
}  // namespace starling::p2p
