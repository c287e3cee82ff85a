#pragma once

#include "consensus/bytes.h"
#include "consensus/result.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace starling::p2p {

enum class AsmapError {
    too_large,
    cut_short,    // ends within an instruction, or before it returned
    bad_jump,     // into an instruction, across another jump, or out of the file
    too_deep,     // asks for more than 128 bits of an address
    superfluous,  // instructions that nothing reaches, or that one shorter says
    bad_padding,  // a byte or more, or not zero
};
std::string_view describe(AsmapError error);  // what the file does wrong: "it ends too early"

// Which autonomous system announces an address: a map in the file format that Bitcoin Core
// publishes (`ip_asn.map`; its contrib/asmap, src/util/asmap.h).
//
// A file is one program over the 128 bits of an address, most significant first, IPv4 as
// ::ffff:a.b.c.d. Its bits are read from each byte's least significant on; instructions are
//   0    RETURN as         the answer
//   10   JUMP length       takes a bit of the address; if it is 1, skips so many bits of the file
//   110  MATCH pattern     takes as many bits as the pattern has behind its leading 1; if one
//                          differs, the default is the answer
//   111  DEFAULT as        from here on
// Numbers are of classes of growing size: as many 1-bits as classes are passed over, a 0 unless
// that was the last class, then the place in the class, most significant bit first.
//
// The file is kept as it is (1.5 MB for the Internet; as a tree it were thirty times that) and gone
// through once by `decode`, after which no lookup can fail: whoever wrote the file may lie about
// addresses, but not make us read beyond it.
class Asmap {
public:
    // Bitcoin Core's bound too; the map of 2026 is a fifth of it.
    static constexpr std::size_t kBytesMax = std::size_t{8} << 20;

    static Result<Asmap, AsmapError> decode(Bytes bytes);

    // The AS number of an address (as in Endpoint); 0: the map has none. Some two microseconds.
    [[nodiscard]] std::uint32_t lookup(const std::array<std::uint8_t, 16>& address) const;
    // Different AS numbers in it.
    [[nodiscard]] std::size_t systems() const { return systems_; }
    [[nodiscard]] std::size_t size() const { return bytes_.size(); }  // bytes

private:
    Asmap(Bytes bytes, std::size_t systems) : bytes_(std::move(bytes)), systems_(systems) {}

    Bytes bytes_;
    std::size_t systems_ = 0;
};

}  // namespace starling::p2p
