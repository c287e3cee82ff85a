#pragma once

#include "consensus/bytes.h"

#include <cstdint>
#include <optional>

namespace starling::p2p {

// Recursive Length Prefix (Ethereum Yellow Paper, appendix B): strings and lists of them.

// Writes items one behind the other; a list is written as its items' bytes.
class RlpWriter {
public:
    void string(ByteView bytes);
    void number(std::uint64_t value);  // big-endian without leading zeros; 0 is the empty string
    void list(ByteView items);         // `items`: what another writer took
    void raw(ByteView item);           // one or more items that are encoded already
    [[nodiscard]] Bytes take();

private:
    Bytes bytes_;
};

// Reads items that anyone may have written. What is not canonical (a length with leading zeros, a
// single byte below 0x80 with a prefix, a length past the end) sets failed() and gives nothing from
// then on, so that a decoder checks once at its end. A list's reader fails by itself: it is checked
// as well as the one it came from. Never recurses, so that depth costs nothing; what it gives are
// views into the bytes that it reads.
class RlpReader {
public:
    explicit RlpReader(ByteView bytes) : bytes_(bytes) {}

    ByteView string();                   // the next item's contents; fails on a list
    std::uint64_t number();              // fails on leading zeros and on more than 8 bytes
    RlpReader list();                    // the next item's items; fails on a string
    ByteView item();                     // the next item with its prefix, of either kind
    [[nodiscard]] bool at_list() const;  // the next item is a list
    [[nodiscard]] ByteView rest() const { return bytes_; }  // all items that are still to be read
    [[nodiscard]] bool empty() const { return bytes_.empty(); }
    [[nodiscard]] bool failed() const { return failed_; }
    [[nodiscard]] bool finished() const { return !failed_ && bytes_.empty(); }
    void fail() {
        failed_ = true;
        bytes_ = {};
    }

private:
    std::optional<ByteView> contents(bool of_list);

    ByteView bytes_;
    bool failed_ = false;
};

}  // namespace starling::p2p
