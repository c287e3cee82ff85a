#include "p2p/asmap.h"

#include "p2p/asmap_program.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <optional>
#include <utility>
#include <vector>

namespace starling::p2p {

namespace {

constexpr std::size_t kAddressBits = 128;
constexpr std::size_t kPatternBitsMax = 8;

std::size_t bits_of(std::uint32_t pattern) {
    return static_cast<std::size_t>(std::bit_width(pattern)) - 1;
}

// Goes through all instructions in the order of the file. Both branches of a jump stand one behind
// the other, so that this is also the order of a tree that is walked depth first; what a jump's
// second branch finds of the address is remembered until it begins.
class Inspection {
public:
    explicit Inspection(ByteView bytes) : program_(bytes) {}

    // Nothing if the whole file is in order.
    std::optional<AsmapError> run();
    [[nodiscard]] std::size_t systems();

private:
    using Kind = AsmapInstruction::Kind;
    struct Branch {
        std::size_t position;
        std::size_t bits_left;
    };

    std::optional<AsmapError> inspect(const AsmapInstruction& instruction);
    std::optional<AsmapError> jump(std::uint32_t length);
    std::optional<AsmapError> match(std::uint32_t pattern);
    // Where the last branch ended: the next one begins there, or the file ends.
    std::optional<AsmapError> branch_ended();
    [[nodiscard]] bool padded_rightly();

    AsmapReader program_;
    std::size_t bits_left_ = kAddressBits;  // of the address
    std::vector<Branch> branches_;  // to come, the next one last; at most one a bit of the address
    Kind before_ = Kind::jump;      // the instruction before, of this branch
    bool short_match_ = false;      // the match before was of fewer than 8 bits
    bool ended_ = false;
    std::vector<std::uint32_t> seen_;  // AS numbers
};

std::optional<AsmapError> Inspection::run() {
    while (!ended_) {
        if (!branches_.empty() && program_.position() >= branches_.back().position)
            return AsmapError::bad_jump;
        const auto instruction = program_.next();
        if (!instruction) return AsmapError::cut_short;
        if (const auto error = inspect(*instruction)) return error;
    }
    return std::nullopt;
}

std::optional<AsmapError> Inspection::inspect(const AsmapInstruction& instruction) {
    const Kind before = before_;
    before_ = instruction.kind;
    switch (instruction.kind) {
        case Kind::jump:
            return jump(instruction.argument);
        case Kind::match:
            if (before != Kind::match) short_match_ = false;
            return match(instruction.argument);
        case Kind::fallback:
        case Kind::answer:
            break;
    }
    // Behind a DEFAULT another one or a RETURN would make it void.
    if (before == Kind::fallback) return AsmapError::superfluous;
    seen_.push_back(instruction.argument);
    return instruction.kind == Kind::answer ? branch_ended() : std::nullopt;
}

std::optional<AsmapError> Inspection::jump(std::uint32_t length) {
    if (length > program_.left()) return AsmapError::bad_jump;
    if (bits_left_ == 0) return AsmapError::too_deep;
    --bits_left_;
    const std::size_t to = program_.position() + length;
    if (!branches_.empty() && to >= branches_.back().position) return AsmapError::bad_jump;
    branches_.push_back({.position = to, .bits_left = bits_left_});
    return std::nullopt;
}

std::optional<AsmapError> Inspection::match(std::uint32_t pattern) {
    const std::size_t bits = bits_of(pattern);
    if (short_match_ && bits < kPatternBitsMax) return AsmapError::superfluous;
    short_match_ = bits < kPatternBitsMax;
    if (bits > bits_left_) return AsmapError::too_deep;
    bits_left_ -= bits;
    return std::nullopt;
}

std::optional<AsmapError> Inspection::branch_ended() {
    if (branches_.empty()) {
        ended_ = true;
        if (!padded_rightly()) return AsmapError::bad_padding;
        return std::nullopt;
    }
    if (program_.position() < branches_.back().position) return AsmapError::superfluous;
    if (program_.position() > branches_.back().position) return AsmapError::bad_jump;
    bits_left_ = branches_.back().bits_left;
    branches_.pop_back();
    before_ = Kind::jump;
    return std::nullopt;
}

bool Inspection::padded_rightly() {
    if (program_.left() >= 8) return false;
    while (const auto bit = program_.bit())
        if (*bit) return false;
    return true;
}

std::size_t Inspection::systems() {
    std::ranges::sort(seen_);
    const auto repeated = std::ranges::unique(seen_);
    return seen_.size() - repeated.size();
}

// An address's bits in turn.
class AddressBits {
public:
    explicit AddressBits(const std::array<std::uint8_t, 16>& address) : address_(address) {}

    bool next() {
        assert(at_ < kAddressBits);
        const unsigned byte = address_[at_ / 8];
        const bool set = (byte >> (7 - at_ % 8) & 1) != 0;
        ++at_;
        return set;
    }

private:
    const std::array<std::uint8_t, 16>& address_;
    std::size_t at_ = 0;
};

bool matches(std::uint32_t pattern, AddressBits& address) {
    for (std::size_t bit = bits_of(pattern); bit-- > 0;)
        if (address.next() != ((pattern >> bit & 1) != 0)) return false;
    return true;
}

}  // namespace

std::string_view describe(AsmapError error) {
    switch (error) {
        case AsmapError::too_large:
            return "it is larger than 8 MiB";
        case AsmapError::cut_short:
            return "it ends too early";
        case AsmapError::bad_jump:
            return "it jumps to where no branch begins";
        case AsmapError::too_deep:
            return "it asks for more bits than an address has";
        case AsmapError::superfluous:
            return "it has instructions without effect";
        case AsmapError::bad_padding:
            return "it goes on behind its end";
    }
    assert(false && "an error without a text");
    return {};
}

Result<Asmap, AsmapError> Asmap::decode(Bytes bytes) {
    if (bytes.size() > kBytesMax) return Failure{AsmapError::too_large};
    Inspection inspection(bytes);
    if (const auto error = inspection.run()) return Failure{*error};
    return Asmap(std::move(bytes), inspection.systems());
}

std::uint32_t Asmap::lookup(const std::array<std::uint8_t, 16>& address) const {
    using Kind = AsmapInstruction::Kind;
    AsmapReader program(bytes_);
    AddressBits bits(address);
    std::uint32_t fallback = 0;
    for (;;) {  // ends: each turn is further on in the file
        const auto instruction = program.next();
        assert(instruction && "decode() saw the end of every branch");
        switch (instruction->kind) {
            case Kind::answer:
                return instruction->argument;
            case Kind::jump:
                if (bits.next()) program.skip(instruction->argument);
                break;
            case Kind::match:
                if (!matches(instruction->argument, bits)) return fallback;
                break;
            case Kind::fallback:
                fallback = instruction->argument;
                break;
        }
    }
}

}  // namespace starling::p2p
