#include "p2p/netgroup.h"

#include <gtest/gtest.h>

#include <initializer_list>
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
